import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** The alert queue and its dead-letter queue, as anybody with an AWS SDK reaches them. */
export interface AlertQueue {
  /** Puts bodies on the queue, as fast as it takes them. */
  put(bodies: readonly string[]): Promise<void>;
  /** Messages of the alert queue that are not deleted: visible, and received by somebody. */
  left(): Promise<number>;
  /** The same of the dead-letter queue. */
  dead(): Promise<number>;
  /** Takes one message from the dead-letter queue; undefined when there is none. */
  takeDead(): Promise<Message | undefined>;
  close(): void;
}

const AT_ONCE = 4;

/** @param queueUrl of the alert queue; its dead-letter queue stands beside it. */
export function openAlertQueue({ endpoint, queueUrl }: { endpoint: string; queueUrl: string }): AlertQueue {
  const sqs = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    useQueueUrlAsEndpoint: false,
  });
  const deadUrl = `${queueUrl}-dlq`;
  const count = async (QueueUrl: string): Promise<number> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: received } =
      Attributes ?? {};
    return Number(visible) + Number(received);
  };
  return {
    async put(bodies) {
      const batches: string[][] = [];
      for (let at = 0; at < bodies.length; at += 10) batches.push(bodies.slice(at, at + 10));
      const work = async (): Promise<void> => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
          const Entries = batch.map((MessageBody, at) => ({ Id: String(at), MessageBody }));
          await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
    left: () => count(queueUrl),
    dead: () => count(deadUrl),
    async takeDead() {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadUrl }));
      const [message] = Messages;
      if (message !== undefined)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: deadUrl, ReceiptHandle: message.ReceiptHandle }));
      return message;
    },
    close: () => sqs.destroy(),
  };
}
