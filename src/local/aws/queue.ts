import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { buildApp } from 'fauxqs';
import type { RawRequest } from './request.ts';

/** The embedded SQS, and the SNS that comes with it. */
export interface Queue {
  /** Answers an SQS request and returns its HTTP status. Any signature is accepted: it is the bot's own queue. */
  handle(request: RawRequest, res: ServerResponse): Promise<number>;
  /** Answers a form of SNS; topics are those of the region that signs. */
  sns(form: string, region: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Puts a message on the alerts queue. */
  send(body: string): Promise<void>;
  close(): Promise<void>;
}

/** Names of the queue that the bot reads and of the one where poison messages end. */
export const ALERTS_QUEUE = 'deckhand-alerts';
export const DEAD_LETTER_QUEUE = 'deckhand-alerts-dlq';

/** The account of every queue of the embedded SQS. */
export const QUEUE_ACCOUNT = '000000000000';
const MAX_RECEIVE_COUNT = 3;
const INSIDE_HOST = 'queue.inside:1';

/**
 * Opens the embedded SQS with both queues. It finds queues by exact URL and names hosts that do not resolve; here
 * every QueueUrl, whatever its host, is reduced to its name on the way in and rebuilt on `baseUrl()` on the way out.
 * All signatures' regions are read as `region`, so that a client of any region reaches the same queue.
 */
export async function openQueue(region: string, baseUrl: () => string): Promise<Queue> {
  const app = buildApp({ logger: false, defaultRegion: region });
  const insideUrl = (name: string) => `http://sqs.${region}.localhost:1/${QUEUE_ACCOUNT}/${name}`;
  const call = async (target: string, body: unknown) =>
    app.inject({
      method: 'POST',
      url: '/',
      headers: {
        host: INSIDE_HOST,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        authorization: `AWS4-HMAC-SHA256 Credential=inside/20000101/${region}/sqs/aws4_request`,
      },
      payload: JSON.stringify(body),
    });
  const must = async (operation: string, body: unknown) => {
    const answer = await call(`AmazonSQS.${operation}`, body);
    if (answer.statusCode !== 200) throw new Error(`The embedded SQS refused ${operation}: ${answer.body}`);
  };
  await must('CreateQueue', { QueueName: DEAD_LETTER_QUEUE });
  await must('CreateQueue', {
    QueueName: ALERTS_QUEUE,
    Attributes: {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${region}:${QUEUE_ACCOUNT}:${DEAD_LETTER_QUEUE}`,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      }),
    },
  });
  return {
    async handle(request, res) {
      const body = inward(request, insideUrl);
      if (body === undefined) return answerError(res, 400, 'InvalidAction', 'Use the JSON protocol of SQS.');
      let isGone = false;
      res.on('close', () => {
        isGone = !res.writableFinished;
      });
      const answer = await call(request.headers['x-amz-target'] ?? '', body);
      if (isGone) await giveBack(answer.body, String(body['QueueUrl']), must);
      res.writeHead(answer.statusCode, headersOf(answer.headers)).end(outward(answer.body, baseUrl));
      return answer.statusCode;
    },
    async sns(form, at) {
      const answer = await app.inject({
        method: 'POST',
        url: '/',
        headers: {
          host: INSIDE_HOST,
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `AWS4-HMAC-SHA256 Credential=inside/20000101/${at}/sns/aws4_request`,
        },
        payload: form,
      });
      return { status: answer.statusCode, body: answer.body };
    },
    send: (body) => must('SendMessage', { QueueUrl: insideUrl(ALERTS_QUEUE), MessageBody: body }),
    close: () => app.close(),
  };
}

type Json = Record<string, unknown>;

/** The request's body with the embedded QueueUrl; undefined where it is not JSON (the old query protocol). */
function inward(request: RawRequest, insideUrl: (name: string) => string): Json | undefined {
  if (!(request.headers['content-type'] ?? '').includes('json')) return undefined;
  let body: Json;
  try {
    body = JSON.parse(request.body.toString() || '{}');
  } catch {
    return undefined;
  }
  const path = /^\/\d{12}\/([^/?]+)/.exec(request.url)?.[1];
  const given = typeof body['QueueUrl'] === 'string' ? body['QueueUrl'] : path;
  return given === undefined
    ? body
    : { ...body, QueueUrl: insideUrl(given.slice(given.lastIndexOf('/') + 1)) };
}

/** The answer with QueueUrls that a client on this machine can reach. */
function outward(text: string, baseUrl: () => string): string {
  const reachable = (url: unknown) =>
    `${baseUrl()}/${QUEUE_ACCOUNT}/${String(url).slice(String(url).lastIndexOf('/') + 1)}`;
  let body: Json;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  return JSON.stringify({
    ...body,
    ...(body['QueueUrl'] === undefined ? {} : { QueueUrl: reachable(body['QueueUrl']) }),
    ...(Array.isArray(body['QueueUrls']) ? { QueueUrls: body['QueueUrls'].map(reachable) } : {}),
  });
}

/** A long poll whose client went away would hide what arrived for a visibility time-out: make it visible again. */
async function giveBack(
  answer: string,
  queueUrl: string,
  must: (operation: string, body: unknown) => Promise<void>,
): Promise<void> {
  // What the embedded SQS answers to ReceiveMessage, the only call that is ever slow enough to be left.
  const { Messages: messages = [] } = JSON.parse(answer || '{}') as { readonly Messages?: readonly Json[] };
  for (const { ReceiptHandle } of messages) {
    await must('ChangeMessageVisibility', { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  }
}

function headersOf(headers: Readonly<OutgoingHttpHeaders>): Record<string, string> {
  const kept = ['content-type', 'x-amzn-query-error', 'x-amzn-requestid'];
  return Object.fromEntries(
    kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

function answerError(res: ServerResponse, status: number, code: string, message: string): number {
  res
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }));
  return status;
}
