import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { MetricResult } from './api.ts';

/** The part of a GetMetricData answer that is used, decoded. */
export interface MetricAnswer {
  readonly results: readonly MetricResult[];
  readonly next: string | undefined;
}

const DECODED = Symbol('decoded');

/**
 * Lets a client decode GetMetricData by itself. The stock deserializer walks the schema value by value and costs
 * several times `JSON.parse` of the same body; a page holds 500 series. Other operations and error answers stay
 * with the client.
 */
export function decodeMetricsFast(client: CloudWatchClient): CloudWatchClient {
  const { protocol } = client.config;
  const stock = protocol.deserializeResponse.bind(protocol) as Deserialize;
  const fast: Deserialize = async (operation, context, response) => {
    if (operation.name !== 'GetMetricData' || response.statusCode >= 300) {
      return stock(operation, context, response);
    }
    const bytes = await context.streamCollector(response.body);
    const requestId = response.headers['x-amzn-requestid'];
    return {
      $metadata: { httpStatusCode: response.statusCode, ...(requestId ? { requestId } : {}) },
      [DECODED]: decodeMetricPage(
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
      ),
    };
  };
  // The SDK types the method by its generic output; this one answers in the same place with a narrower object.
  protocol.deserializeResponse = fast as typeof protocol.deserializeResponse;
  return client;
}

/** What {@link decodeMetricsFast} read of an answer. @throws TypeError for a client that it was not told to. */
export function decodedMetrics(answer: object): MetricAnswer {
  const decoded = (answer as { readonly [DECODED]?: MetricAnswer })[DECODED];
  if (!decoded) throw new TypeError('This client decodes GetMetricData by itself.');
  return decoded;
}

/**
 * Reads the body of a GetMetricData answer. Timestamps come in seconds since 1970 (JSON 1.0) or as ISO 8601 text;
 * values that are no finite numbers are left out, as if CloudWatch had nothing for that period.
 */
export function decodeMetricPage(body: string): MetricAnswer {
  // Checked member by member below; anything else in it is not looked at.
  const parsed = (body === '' ? {} : JSON.parse(body)) as RawAnswer;
  const raws = parsed.MetricDataResults ?? [];
  const results: MetricResult[] = [];
  const points = raws.reduce((total, raw) => total + (raw.Values?.length ?? 0), 0);
  const page = { timesMs: new Float64Array(points), values: new Float64Array(points) };
  let from = 0;
  for (const raw of raws) {
    if (typeof raw.Id !== 'string') continue;
    const to = copyPoints(page, from, raw);
    const [timesMs, values] = [page.timesMs.subarray(from, to), page.values.subarray(from, to)];
    results.push({ id: raw.Id, status: statusOf(raw.StatusCode), timesMs, values });
    from = to;
  }
  return { results, next: parsed.NextToken || undefined };
}

interface RawAnswer {
  readonly MetricDataResults?: readonly RawResult[] | null;
  readonly NextToken?: string | null;
}

interface RawResult {
  readonly Id?: unknown;
  readonly StatusCode?: string | null;
  readonly Timestamps?: readonly (number | string)[] | null;
  readonly Values?: readonly (number | string)[] | null;
}

type Deserialize = (
  operation: { readonly name: string },
  context: { readonly streamCollector: (body: unknown) => Promise<Uint8Array> },
  response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  },
) => Promise<object>;

/** The points of a whole page side by side: an array each for hundreds of short series costs more than parsing. */
interface PointsOfPage {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** Writes a series behind those before it. @returns where it ends. */
function copyPoints(page: PointsOfPage, from: number, raw: RawResult): number {
  const stamps = raw.Timestamps ?? [];
  const values = raw.Values ?? [];
  const length = Math.min(stamps.length, values.length);
  let to = from;
  for (let at = 0; at < length; at += 1) {
    const stamp = stamps[at];
    const given = values[at];
    const atMs = typeof stamp === 'number' ? stamp * 1000 : Date.parse(stamp ?? '');
    const value = typeof given === 'number' ? given : Number.NaN;
    page.timesMs[to] = atMs;
    page.values[to] = value;
    // Zero unless one of them is NaN or infinite; what is no number is overwritten by the next point.
    if (atMs - atMs + (value - value) === 0) to += 1;
  }
  return to;
}

function statusOf(code: string | null | undefined): MetricResult['status'] {
  if (code === undefined || code === null || code === 'Complete') return 'complete';
  return code === 'PartialData' ? 'partial' : 'failed';
}
