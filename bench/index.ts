import { benchCollector } from './collector/bench.ts';
import { benchDelivery } from './delivery/bench.ts';
import { benchIncidents } from './incidents/bench.ts';

/** `npm run bench -- NAME …`: measures one part of Deckhand and prints what it found. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  collector: benchCollector,
  delivery: benchDelivery,
  incidents: benchIncidents,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench) {
  await bench(args);
} else {
  process.stderr.write(`Which one? npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`);
  process.exitCode = 2;
}
