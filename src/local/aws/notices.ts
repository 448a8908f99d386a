import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { World } from '../world/model.ts';
import { Fault } from './faults.ts';
import { authorize } from './iam.ts';
import type { Identities } from './identity.ts';
import type { Queue } from './queue.ts';
import type { Credential, RawRequest } from './request.ts';
import { writeError } from './wire.ts';

/** The embedded SNS behind the front: who may, and what SNS refuses, are judged here. */
export interface NoticeParts {
  readonly world: World;
  readonly identities: Identities;
  readonly queue: Pick<Queue, 'sns'>;
}

const DIALECT = {
  xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  validationCode: 'InvalidParameter',
  errorRegistries: [],
};

/** Less than 100 characters of one line of ASCII. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/**
 * Answers one call of SNS, in its query protocol: topics, subscriptions of the embedded queues, Publish.
 * @returns the operation and how it ended, for the meter
 */
export async function handleNotice(
  { world, identities, queue }: NoticeParts,
  request: RawRequest,
  credential: Credential,
  res: ServerResponse,
): Promise<{ readonly operation: string; readonly outcome: string }> {
  const form = new URLSearchParams(request.body.toString());
  const operation = form.get('Action') ?? 'unknown';
  try {
    const caller = identities.identify(credential, request, request.body);
    const action = `sns:${operation}`;
    const until = world.throttledUntil(caller.accountId, credential.region, action);
    if (until !== undefined && until > world.clock.now()) throw new Fault('throttled', 'Rate exceeded');
    authorize({
      caller,
      action,
      resources: [form.get('TopicArn') ?? '*'],
      context: { 'aws:RequestedRegion': credential.region },
      deny: world.accounts.find(({ id }) => id === caller.accountId)?.deny ?? [],
    });
    const subject = form.get('Subject');
    if (operation === 'Publish' && subject !== null && !SUBJECT.test(subject)) {
      throw new Fault('validation', 'Invalid parameter: Subject');
    }
    const answer = await queue.sns(request.body.toString(), credential.region);
    res.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    const code = /<Code>([^<]+)<\/Code>/.exec(answer.body)?.[1];
    return { operation, outcome: answer.status === 200 ? 'ok' : (code ?? String(answer.status)) };
  } catch (error) {
    const written = writeError('query', error, DIALECT, randomUUID());
    res.writeHead(written.status, written.headers).end(written.body);
    return { operation, outcome: written.code };
  }
}
