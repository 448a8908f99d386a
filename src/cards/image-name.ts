/** One image that a deployment changed; `from` or `to` is missing where it was added or taken away. */
export interface ImageChange {
  /** The repository without its registry, its middle cut where it is long: `team/checkout`. */
  readonly name: string;
  /** Tag or digest, or the whole image where the repository itself changed. */
  readonly from?: string;
  readonly to?: string;
}

interface Image {
  readonly host: string;
  readonly path: string;
  readonly version: string;
}

/** What differs between the images of two revisions; nothing where they run the same ones. */
export function imageChanges(from: readonly string[], to: readonly string[]): readonly ImageChange[] {
  const gone = without(from, to).map(readImage);
  const come = without(to, from).map(readImage);
  const changes: ImageChange[] = [];
  for (const old of gone) {
    const at = partner(old, come, gone.length);
    const [news] = at < 0 ? [] : come.splice(at, 1);
    if (news === undefined) changes.push({ name: shortPath(old.path), from: old.version });
    else changes.push(changed(old, news));
  }
  return [...changes, ...come.map(({ path, version }) => ({ name: shortPath(path), to: version }))];
}

/** An image that fits on a line: without its registry, the middle of its name cut, tag and digest kept. */
export function shortImage(image: string): string {
  const { path, version } = readImage(image);
  return `${shortPath(path)}${separator(version)}${version}`;
}

/** The same repository; else, where one image alone changed, the one that took its place. */
function partner(old: Image, come: readonly Image[], gone: number): number {
  const same = come.findIndex(({ host, path }) => host === old.host && path === old.path);
  if (same >= 0) return same;
  const moved = come.findIndex(({ path }) => path === old.path);
  if (moved >= 0) return moved;
  return gone === 1 && come.length === 1 ? 0 : -1;
}

function changed(old: Image, news: Image): ImageChange {
  if (old.path === news.path && old.host === news.host)
    return { name: shortPath(old.path), from: old.version, to: news.version };
  const whole = old.path === news.path ? withHost : withoutHost;
  return { name: shortPath(news.path), from: whole(old), to: whole(news) };
}

function withHost({ host, path, version }: Image): string {
  return `${cutMiddle(host, LONGEST_HOST)}/${shortPath(path)}${separator(version)}${version}`;
}

function withoutHost({ path, version }: Image): string {
  return `${shortPath(path)}${separator(version)}${version}`;
}

/** https://github.com/distribution/reference: a first part with a dot, a port or `localhost` is the registry. */
function readImage(image: string): Image {
  const [named = '', digest] = image.trim().split('@', 2);
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const host = /[.:]/.test(first) || first === 'localhost' ? first : '';
  const rest = host === '' ? named : named.slice(slash + 1);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const tag = colon < 0 ? '' : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const parts = [
    ...(tag === '' ? [] : [cutMiddle(tag, LONGEST_TAG)]),
    ...(digest ? [shortDigest(digest)] : []),
  ];
  return { host, path, version: parts.join(' @') || 'latest' };
}

/** Twelve digits tell digests apart, as they do on the command line. */
function shortDigest(digest: string): string {
  return digest.replace(/^(\w+:[0-9a-f]{12})[0-9a-f]+$/i, '$1…');
}

function separator(version: string): string {
  return version.startsWith('sha') ? '@' : ':';
}

function shortPath(path: string): string {
  return cutMiddle(path, LONGEST_PATH);
}

function cutMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const tail = Math.ceil((max - 1) / 2);
  return `${text.slice(0, max - 1 - tail)}…${text.slice(-tail)}`;
}

function without(all: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return all.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const LONGEST_PATH = 40;
const LONGEST_HOST = 24;
const LONGEST_TAG = 44;
