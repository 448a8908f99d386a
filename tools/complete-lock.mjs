// Adds to package-lock.json the optional packages of other platforms. npm leaves them out where the registry in use
// does not have them, and `npm ci` then refuses the lock file everywhere. Run it after changing dependencies.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'aix',
];
const CPU = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

/** Where it may be installed, as such packages say in their names: `-linux-arm64-musl`, `-win32-x64-msvc`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-_.]/);
  const os = OS.find((one) => words.includes(one)) ?? (words.includes('windows') ? 'win32' : undefined);
  const cpu =
    CPU.find((one) => words.some((word) => word === one || (one === 'x64' && word === 'x86'))) ?? undefined;
  const libc =
    words.includes('musl') || words.includes('musleabihf')
      ? 'musl'
      : words.includes('gnu')
        ? 'glibc'
        : undefined;
  return { os, cpu, libc: os === 'linux' ? libc : undefined };
}

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (lock.packages[nested] !== undefined || lock.packages[top] !== undefined) continue;
    const { os, cpu, libc } = platformOf(name);
    if (!/^\d/.test(version)) continue;
    lock.packages[top] = {
      version,
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      ...(entry.dev ? { dev: true } : {}),
      ...(libc === undefined ? {} : { libc: [libc] }),
      optional: true,
      ...(os === undefined ? {} : { os: [os] }),
    };
    if (cpu === undefined && os === undefined) console.warn(`${name}: its name tells no platform`);
    added += 1;
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`${added} added`);
