import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { decodeMetricPage } from '../../src/aws/metric-decoder.ts';

const START_S = 1_790_000_000;
const PERIODS = Array.from({ length: 13 }, (_, at) => at);
const ROUNDS = 60;
const PAGES = 5;

/** How much CPU decoding takes, in units of `JSON.parse` of the same page of 500 queries. */
export function decodeRatios(): { readonly fast: number; readonly stock: number } {
  const body = page();
  const deserialize = stockDecoder();
  const rounds = Array.from({ length: ROUNDS }, () => ({
    parse: cpu(() => JSON.parse(body)),
    fast: cpu(() => decodeMetricPage(body)),
    stock: cpu(() => deserialize(body)),
  }));
  // The least of many short rounds is what the work itself takes; everything above it is the machine's.
  const least = (of: 'parse' | 'fast' | 'stock') => Math.min(...rounds.map((round) => round[of]));
  return { fast: least('fast') / least('parse'), stock: least('stock') / least('parse') };
}

function page(): string {
  return JSON.stringify({
    MetricDataResults: Array.from({ length: 500 }, (_, n) => ({
      Id: `q${n}`,
      Label: `app/edge-${n}/50dc6c495c0c9188 targetgroup/service-${n}/73e2d6bc24d8a067 RequestCount`,
      Timestamps: PERIODS.map((at) => START_S + at * 300),
      Values: PERIODS.map((at) => 35.123456789 + n / 7 + at / 3),
      StatusCode: 'Complete',
    })),
    Messages: [],
  });
}

/** The decoder that the client would use by itself. */
function stockDecoder(): (body: string) => unknown {
  const { protocol } = new CloudWatchClient({ region: 'us-east-1' }).config;
  const deserializer = protocol.getPayloadCodec().createDeserializer();
  const command = new GetMetricDataCommand({
    MetricDataQueries: [],
    StartTime: undefined,
    EndTime: undefined,
  });
  // A static operation schema is a tuple whose sixth member is the output's.
  const output = (command.schema as readonly unknown[])[5] as Parameters<typeof deserializer.read>[0];
  return (body) => deserializer.read(output, body);
}

function cpu(work: () => unknown): number {
  const before = process.cpuUsage();
  for (let n = 0; n < PAGES; n += 1) work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
