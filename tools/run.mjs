// `npm start` and `npm run ecs`: builds what changed and becomes the program, in one process, so that a signal
// meant for it reaches it (a shell between two commands would keep it).
import './build.mjs';

const [name] = process.argv.splice(2, 1);
await import(new URL(`../dist/${name}.js`, import.meta.url).href);
