// `npm run check:layers`: the import rules of .dependency-cruiser.mjs. Fails as well when it saw too little: with a
// TypeScript it cannot parse, dependency-cruiser reports "0 modules" and no violation.
import { cruise } from 'dependency-cruiser';
import { build } from 'esbuild';
import config from '../.dependency-cruiser.mjs';

const { forbidden, options } = config;
const result = await cruise(['src'], { ...options, ruleSet: { forbidden }, validate: true });
const { summary } = result.output;
const violations = summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);
if (!(summary.totalCruised > 100)) {
  violations.push(
    `Only ${summary.totalCruised} modules were seen: the sources could not be read, so nothing was checked.`,
  );
}

// The page is JSX, which the parser above does not read; the bundler knows what it imports.
const { metafile } = await build({
  entryPoints: ['src/local/page/main.tsx'],
  bundle: true,
  write: false,
  metafile: true,
  packages: 'external',
  logLevel: 'error',
});
for (const file of Object.keys(metafile.inputs)) {
  if (!file.startsWith('src/local/')) violations.push(`local-stands-alone: src/local/page -> ${file}`);
}

for (const violation of violations) console.error(violation);
const seen = summary.totalCruised + Object.keys(metafile.inputs).length;
console.log(
  `layers: ${seen} modules, ${summary.totalDependenciesCruised} imports, ${violations.length} violations`,
);
process.exit(violations.length === 0 ? 0 : 1);
