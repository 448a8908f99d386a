// `npm run check:layers`: the import rules of .dependency-cruiser.mjs. Fails as well when it saw too little:
// with a TypeScript it cannot parse, dependency-cruiser reports "0 modules" and no violation.
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const { forbidden, options } = config;
const result = await cruise(['src'], { ...options, ruleSet: { forbidden }, validate: true });
const { summary } = result.output;
for (const v of summary.violations) console.error(`${v.rule.name}: ${v.from} -> ${v.to}`);
if (!(summary.totalCruised > 20)) {
  console.error(
    `Only ${summary.totalCruised} modules were seen: the sources could not be read, so nothing was checked.`,
  );
  process.exit(1);
}
console.log(
  `layers: ${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations`,
);
process.exit(summary.violations.length === 0 ? 0 : 1);
