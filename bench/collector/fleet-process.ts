import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Aws, makeAws } from '../../src/local/aws/index.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { generatedFleet } from './generated-fleet.ts';

/** The loopback AWS in a process of its own, so that its work is not counted as the collector's. */
async function serve(services: number, latencyMs: number): Promise<void> {
  const scenario = parseScenario(JSON.stringify(generatedFleet(services, latencyMs)), 'bench.json');
  const clock = { shiftMs: 0, now: () => Date.now() + clock.shiftMs };
  const world = makeWorld(scenario, { clock });
  let url = '';
  const aws = await makeAws({ world, dataDir: undefined, baseUrl: () => url });
  const server = createServer((req, res) => aws.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An HTTP server that listens on a port has an address object.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.on('message', (asked) => {
    if (asked === 'report') process.send?.(report(aws));
    if (typeof asked === 'number') clock.shiftMs = asked;
  });
  process.once('disconnect', () => process.exit(0));
  const { accessKeyId, secretAccessKey } = aws.hub;
  process.send?.({
    url,
    accessKeyId,
    secretAccessKey,
    roleArn: aws.roleArnFor('111122223333'),
    externalId: aws.externalId,
  });
}

/** What was called since the last report. */
function report(aws: Aws): object {
  const { rows, dollars } = aws.meter.report();
  aws.meter.reset();
  const counted = rows.filter((row) => row.service !== 'sts');
  const calls = counted.reduce((sum, row) => sum + row.calls, 0);
  const failed = counted.filter((row) => row.outcome !== 'ok');
  return {
    calls,
    dollars,
    throttled: failed.filter((row) => /throttl/i.test(row.outcome)).reduce((sum, row) => sum + row.calls, 0),
    failed: failed.map((row) => `${row.operation}: ${row.outcome}`),
  };
}

const [services = '50', latencyMs = '40'] = process.argv.slice(2);
await serve(Number(services), Number(latencyMs));
