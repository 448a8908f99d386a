import { ChangeMessageVisibilityCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { BadRequest } from '../domain/errors.ts';
import type { Log } from '../telemetry/log.ts';
import { type EcsEvent, type ParsedMessage, parseMessage } from './event.ts';

export interface ConsumerOptions {
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  readonly absorb: (event: EcsEvent) => Promise<void>;
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

/**
 * Takes ECS events from the queue. A message is deleted only after its effect is durable. One that is no event is
 * never deleted: it comes back at once, and after the queue's maximum of receives stands in the dead-letter queue.
 */
export function makeAlertConsumer(options: ConsumerOptions): AlertConsumer {
  const { log } = options;
  const consumer = Consumer.create({
    queueUrl: options.queueUrl,
    sqs: options.sqs,
    batchSize: 10,
    waitTimeSeconds: 20,
    visibilityTimeout: 60,
    pollingCompleteWaitTimeMs: 2000,
    messageSystemAttributeNames: ['ApproximateReceiveCount'],
    handleMessageBatch: (messages) => handleBatch(messages, options),
  });
  let stopping = false;
  consumer.on('error', (error) => {
    // The poll that waits when the bot ends is called off on purpose.
    if (!stopping) log.warn({ err: error }, 'the alert queue does not answer');
  });
  return {
    start: () => consumer.start(),
    stop: () =>
      new Promise((resolve) => {
        if (!consumer.status.isRunning) {
          resolve();
          return;
        }
        stopping = true;
        consumer.once('stopped', () => resolve());
        consumer.stop({ abort: true });
      }),
  };
}

/**
 * Absorbs a batch in the order in which things happened, not in which they arrived. Returns what may be deleted.
 */
async function handleBatch(messages: readonly Message[], options: ConsumerOptions): Promise<Message[]> {
  const done: Message[] = [];
  const events: { readonly message: Message; readonly event: EcsEvent }[] = [];
  for (const message of messages) {
    const parsed = read(message, options.log);
    if (parsed === undefined) await comeBack(message, poisonDelaySeconds(message), options);
    else if (parsed.kind === 'foreign') done.push(message);
    else events.push({ message, event: parsed.event });
  }
  for (const { message, event } of events.sort((a, b) => a.event.atMs - b.event.atMs)) {
    try {
      await options.absorb(event);
      done.push(message);
    } catch (error) {
      options.log.error(
        { err: error, event: event.id, name: event.name },
        'an event could not be stored; it comes back',
      );
      await comeBack(message, retryDelaySeconds(message), options);
    }
  }
  return done;
}

function retryDelaySeconds(message: Message): number {
  return Math.min(RETRY_SECONDS * 2 ** (receivesOf(message) - 1), LONGEST_SECONDS);
}

function poisonDelaySeconds(message: Message): number {
  return receivesOf(message) <= POISON_AT_ONCE ? 0 : LONGEST_SECONDS;
}

/** How often it was received, this time included. */
function receivesOf({ Attributes }: Message): number {
  return Math.max(1, Number(Attributes?.ApproximateReceiveCount ?? 1) || 1);
}

function read(message: Message, log: Log): ParsedMessage | undefined {
  try {
    const parsed = parseMessage(message.Body ?? '');
    if (parsed.kind === 'foreign')
      log.info({ source: parsed.source }, 'an event of another service was dropped');
    return parsed;
  } catch (error) {
    const why = error instanceof BadRequest ? error.message : String(error);
    log.error(
      { messageId: message.MessageId, why },
      'a message of the alert queue cannot be read; it goes to the dead-letter queue',
    );
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
