import { ChangeMessageVisibilityCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { BadRequest } from '../domain/errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Backlog } from './backlog.ts';
import { parseMessage } from './event.ts';
import type { Canary, IncidentEvent, ParsedMessage } from './incident-event.ts';

export interface ConsumerOptions {
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  /** Resolves when the event's effect is durable. */
  readonly absorb: (event: IncidentEvent) => Promise<void>;
  readonly canary?: (canary: Canary) => Promise<void>;
  /** A message that is no event; it stays in the queue until it stands in the dead-letter queue. */
  readonly onPoison?: (messageId: string, why: string) => void;
  /** An event whose effect could not be stored; it comes back. */
  readonly onFailed?: (event: IncidentEvent, error: unknown) => void;
  /** What was received: `event`, `canary`, `foreign`, `poison`. */
  readonly onReceived?: (kind: ParsedMessage['kind'] | 'poison') => void;
  /** The queue refuses us or does not answer, and not for the first time. */
  readonly onUnanswered?: (error: unknown) => void;
  /** How far events have been taken in. */
  readonly backlog?: Pick<Backlog, 'received' | 'failed'>;
  /** The machine's clock, which SQS goes by. */
  readonly systemNow: () => number;
  /** Receives at the same time while messages keep coming. */
  readonly pollers?: number;
  readonly log: Log;
}

export interface AlertConsumer {
  start(): void;
  /** Resolves when what was received is done with. */
  stop(): Promise<void>;
}

/** How soon a message comes back whose effect could not be stored; twice as long each time: each counts. */
const RETRY_SECONDS = 5;
const LONGEST_SECONDS = 900;
/** So often a poison message comes back at once; a queue without a dead-letter queue would keep us busy for ever. */
const POISON_AT_ONCE = 10;
/** What SQS gives at most in one receive. */
const FULL = 10;
const POLLERS = 20;
/** A queue that refuses us does so at once: asked again and again it would fill the log. */
const UNANSWERED_WAIT_MS = 5000;

/**
 * Takes events from the queue. A message is deleted only after its effect is durable. One that is no event is never
 * deleted: it comes back at once, and after the queue's maximum of receives stands in the dead-letter queue. One
 * poller waits all the time; others help for as long as receives come back full.
 */
export function makeAlertConsumer(options: ConsumerOptions): AlertConsumer {
  const { log } = options;
  let stopping = false;
  const pollers: Consumer[] = [];
  const running = (): readonly Consumer[] => pollers.filter(({ status }) => status.isRunning);

  const makePoller = (isFirst: boolean): Consumer => {
    const poller = Consumer.create({
      queueUrl: options.queueUrl,
      sqs: options.sqs,
      batchSize: FULL,
      waitTimeSeconds: isFirst ? 20 : 0,
      visibilityTimeout: 60,
      // What takes longer is not given to somebody else meanwhile: each time counts.
      heartbeatInterval: 20,
      pollingCompleteWaitTimeMs: 2000,
      messageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
      handleMessageBatch: async (messages) => {
        options.backlog?.received(oldestAgeMs(messages, options.systemNow()));
        if (messages.length === FULL) startHelper();
        return handleBatch(messages, options);
      },
    });
    let isWaiting = false;
    const waitAfter = (failure: boolean): void => {
      isWaiting = failure;
      poller.updateOption('pollingWaitTimeMs', failure ? UNANSWERED_WAIT_MS : 0);
    };
    poller.on('error', (error) => {
      // The poll that waits when the bot ends is called off on purpose.
      if (stopping) return;
      options.backlog?.failed();
      log.warn({ err: error }, 'the alert queue does not answer');
      // One lost answer is no trouble yet.
      if (isWaiting) options.onUnanswered?.(error);
      waitAfter(true);
    });
    poller.on('response_processed', () => waitAfter(false));
    poller.on('empty', () => {
      waitAfter(false);
      options.backlog?.received();
      if (!isFirst) poller.stop();
    });
    return poller;
  };
  const startHelper = (): void => {
    if (stopping || running().length >= (options.pollers ?? POLLERS)) return;
    const idle = pollers.find(({ status }, at) => at > 0 && !status.isRunning);
    const helper = idle ?? makePoller(false);
    if (idle === undefined) pollers.push(helper);
    helper.start();
  };

  return {
    start() {
      pollers.push(makePoller(true));
      for (const poller of pollers) poller.start();
    },
    async stop() {
      stopping = true;
      await Promise.all(running().map(ended));
    },
  };
}

function ended(poller: Consumer): Promise<void> {
  return new Promise((resolve) => {
    poller.once('stopped', () => resolve());
    poller.stop({ abort: true });
  });
}

/** Takes a batch in together. Returns what may be deleted. */
async function handleBatch(messages: readonly Message[], options: ConsumerOptions): Promise<Message[]> {
  const handled = await Promise.all(
    messages.map(async (message) => ((await isDone(message, options)) ? [message] : [])),
  );
  return handled.flat();
}

async function isDone(message: Message, options: ConsumerOptions): Promise<boolean> {
  const parsed = read(message, options);
  options.onReceived?.(parsed?.kind ?? 'poison');
  if (parsed === undefined) {
    await comeBack(message, poisonDelaySeconds(message), options);
    return false;
  }
  if (parsed.kind === 'foreign') return true;
  try {
    if (parsed.kind === 'canary') await options.canary?.(parsed.canary);
    else await options.absorb(parsed.event);
    return true;
  } catch (error) {
    if (parsed.kind === 'event') {
      const { id, name } = parsed.event;
      options.log.error({ err: error, event: id, name }, 'an event could not be stored; it comes back');
      options.onFailed?.(parsed.event, error);
    }
    await comeBack(message, retryDelaySeconds(message), options);
    return false;
  }
}

function retryDelaySeconds(message: Message): number {
  return Math.min(RETRY_SECONDS * 2 ** (receivesOf(message) - 1), LONGEST_SECONDS);
}

/** A queue that does not count receives would give it to us without end: there it waits a little each time. */
function poisonDelaySeconds(message: Message): number {
  if (message.Attributes?.ApproximateReceiveCount === undefined) return RETRY_SECONDS;
  return receivesOf(message) <= POISON_AT_ONCE ? 0 : LONGEST_SECONDS;
}

/** Of those that came for the first time: what could not be stored comes again and is no sign of a backlog. */
function oldestAgeMs(messages: readonly Message[], nowMs: number): number | undefined {
  const sent = messages
    .filter((message) => receivesOf(message) === 1)
    .map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? nowMs));
  return sent.length === 0 ? undefined : Math.max(0, nowMs - Math.min(...sent));
}

/** How often it was received, this time included. */
function receivesOf({ Attributes }: Message): number {
  return Math.max(1, Number(Attributes?.ApproximateReceiveCount ?? 1) || 1);
}

function read(message: Message, { log, onPoison }: ConsumerOptions): ParsedMessage | undefined {
  try {
    const parsed = parseMessage(message.Body ?? '');
    if (parsed.kind === 'foreign')
      log.debug({ source: parsed.source }, 'an event of another service was dropped');
    return parsed;
  } catch (error) {
    const why = error instanceof BadRequest ? error.message : String(error);
    const messageId = message.MessageId ?? '';
    log.error(
      { messageId, why },
      'a message of the alert queue cannot be read; it goes to the dead-letter queue',
    );
    onPoison?.(messageId, why);
    return undefined;
  }
}

async function comeBack(message: Message, seconds: number, options: ConsumerOptions): Promise<void> {
  try {
    await options.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: options.queueUrl,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  } catch (error) {
    options.log.debug(
      { err: error },
      'the visibility of a message could not be changed; it comes back later',
    );
  }
}
