/** A well mixed 32-bit hash of a text (FNV-1a with the murmur3 finish). The same text gives the same number. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  return finish(h);
}

/** A number in [0, 1) for the n-th draw of a seed. */
export function draw(seed: number, n: number): number {
  return (
    finish(Math.imul(seed ^ (n | 0), 0x9e3779b1) + Math.imul((n / 0x100000000) | 0, 0x85ebca6b)) / 0x100000000
  );
}

/** Noise in (-1, 1), more often near 0 than far, for the n-th draw of a seed. */
export function noise(seed: number, n: number): number {
  return draw(seed, n) + draw(seed ^ 0x5bd1e995, n) - 1;
}

/** Lower-case hex of a given length. */
export function hexId(seed: string, length: number): string {
  let id = '';
  for (let i = 0; id.length < length; i += 1) id += hash(`${seed}#${i}`).toString(16).padStart(8, '0');
  return id.slice(0, length);
}

/** Decimal digits of a given length, the first not 0. */
export function digits(seed: string, length: number): string {
  let id = '';
  for (let i = 0; id.length < length; i += 1)
    id += String(hash(`${seed}#${i}`))
      .padStart(10, '0')
      .slice(1);
  return (id.startsWith('0') ? `1${id.slice(1)}` : id).slice(0, length);
}

/** The form of a version 4 UUID. */
export function uuid(seed: string): string {
  const hex = hexId(seed, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
