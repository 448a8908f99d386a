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
  const page = new PointsOfPage(raws.reduce((total, raw) => total + (raw.Values?.length ?? 0), 0));
  const results: MetricResult[] = [];
  for (const raw of raws) {
    if (typeof raw.Id !== 'string') continue;
    results.push({ id: raw.Id, status: statusOf(raw.StatusCode), ...page.take(raw.Timestamps, raw.Values) });
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

/** The points of a whole page side by side, since an array each for hundreds of short series costs more than parsing. */
class PointsOfPage {
  readonly #timesMs: Float64Array;
  readonly #values: Float64Array;
  #used = 0;

  constructor(points: number) {
    this.#timesMs = new Float64Array(points);
    this.#values = new Float64Array(points);
  }

  take(
    stamps: RawResult['Timestamps'],
    values: RawResult['Values'],
  ): Pick<MetricResult, 'timesMs' | 'values'> {
    const from = this.#used;
    const length = Math.min(stamps?.length ?? 0, values?.length ?? 0);
    for (let at = 0; at < length; at += 1) {
      const atMs = toMs(stamps?.[at]);
      const value = Number(values?.[at]);
      // NaN and the infinities are the numbers that less themselves are not zero.
      if (atMs - atMs !== 0 || value - value !== 0) continue;
      this.#timesMs[this.#used] = atMs;
      this.#values[this.#used] = value;
      this.#used += 1;
    }
    return {
      timesMs: this.#timesMs.subarray(from, this.#used),
      values: this.#values.subarray(from, this.#used),
    };
  }
}

function toMs(stamp: number | string | undefined): number {
  return typeof stamp === 'number' ? stamp * 1000 : Date.parse(stamp ?? '');
}

function statusOf(code: string | null | undefined): MetricResult['status'] {
  if (code === undefined || code === null || code === 'Complete') return 'complete';
  return code === 'PartialData' ? 'partial' : 'failed';
}
