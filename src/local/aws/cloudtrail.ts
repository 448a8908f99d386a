import { randomUUID } from 'node:crypto';
import type { Credential, RawRequest } from './request.ts';
import type { Principal } from './service.ts';

/** A call that changed something, or was refused to. */
export interface TrailedCall {
  readonly caller: Principal;
  readonly credential: Credential;
  readonly request: RawRequest;
  readonly requestId: string;
  /** `ecs` */
  readonly service: string;
  /** `UpdateService` */
  readonly operation: string;
  readonly input: unknown;
  readonly outcome: { readonly output: unknown } | { readonly errorCode: string; readonly message: string };
  /** On the world's clock. */
  readonly atMs: number;
}

/**
 * What EventBridge makes of CloudTrail's record of a call: *AWS API Call via CloudTrail*. Reading calls have none.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html, record contents:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function trailEvent(call: TrailedCall): object {
  const { caller, credential, service, atMs } = call;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: caller.accountId,
    time: seconds(atMs),
    region: credential.region,
    resources: [],
    detail: recordOf(call),
  };
}

function recordOf(call: TrailedCall): object {
  const { caller, credential, request, outcome } = call;
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(caller, credential, call.atMs),
    eventTime: seconds(call.atMs),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.operation,
    awsRegion: credential.region,
    sourceIPAddress: '127.0.0.1',
    userAgent: request.headers['user-agent'] ?? '',
    ...('errorCode' in outcome
      ? { errorCode: trailCode(outcome.errorCode), errorMessage: outcome.message }
      : {}),
    requestParameters: call.input ?? null,
    responseElements: 'output' in outcome ? withoutMessages(outcome.output) : null,
    requestID: call.requestId,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller.accountId,
    eventCategory: 'Management',
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function identityOf(caller: Principal, { accessKeyId }: Credential, atMs: number): object {
  const { arn, accountId, userId: principalId } = caller;
  const identity = { principalId, arn, accountId, accessKeyId };
  const name = arn.split('/')[1] ?? '';
  if (caller.kind !== 'session') return { type: 'IAMUser', ...identity, userName: name };
  const { sourceIdentity } = caller;
  return {
    type: 'AssumedRole',
    ...identity,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: principalId.split(':')[0],
        arn: `arn:aws:iam::${accountId}:role/${name}`,
        accountId,
        userName: name,
      },
      attributes: { creationDate: seconds(atMs), mfaAuthenticated: 'false' },
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    },
  };
}

/** CloudTrail writes refusals of IAM without the suffix that the JSON protocols carry. */
function trailCode(code: string): string {
  return code === 'AccessDeniedException' ? 'AccessDenied' : code;
}

/** The service's own list of messages is long and says nothing about the call. */
function withoutMessages(output: unknown): unknown {
  return JSON.parse(JSON.stringify(output ?? null, (key, value) => (key === 'events' ? [] : value)));
}

function seconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
