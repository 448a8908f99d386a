import { BadRequest, DeckhandError, Denied, NotFound, Throttled, Unreachable } from '../domain/errors.ts';
import type { MissingPart } from '../domain/fleet.ts';

/** Where a call went, for the sentence about its failure. */
export interface CallSite {
  readonly account: string;
  readonly region: string;
  /** The IAM action of the call: `ecs:ListClusters`. */
  readonly action: string;
}

/** No usable credentials for an account: none found, expired, or the role cannot be assumed. */
export class CredentialProblem extends Denied {}

/** What AWS says is wrong with the request itself; a bug on our side or a limit nobody knew. */
export class RefusedRequest extends BadRequest {}

/**
 * Translates whatever an AWS call threw into one of the domain's errors. What is already one passes through.
 * Names are matched as the services send them: ECS and CloudWatch with the `Exception` suffix, Elastic Load
 * Balancing and STS without.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and its siblings.
 */
export function translateAwsError(error: unknown, site: CallSite): DeckhandError {
  if (error instanceof DeckhandError) return error;
  const facts = factsOf(error);
  switch (kindOf(facts, site)) {
    case 'credentials':
      return new CredentialProblem(credentialSentence(facts, site), { cause: error });
    case 'denied':
      return new Denied(deniedSentence(facts, site), { cause: error });
    case 'throttled':
      return throttled(error, facts, site);
    case 'not_found':
      return new NotFound(notFoundSentence(site), { cause: error });
    case 'unreachable':
      return new Unreachable(unreachableSentence(facts, site), { cause: error });
    case 'refused':
      return new RefusedRequest(
        `AWS refused ${site.action} in ${place(site)} as invalid (${facts.name}). This is a fault of mine; it is in my log.`,
        { cause: error },
      );
  }
}

/** The part of a snapshot that this failure leaves out. Errors that nobody foresaw are told as `other`. */
export function missingPart(error: unknown, site: CallSite): MissingPart {
  const known = translateAwsError(error, site);
  return {
    account: site.account,
    region: site.region,
    action: deniedAction(known) ?? site.action,
    why: known.message,
    kind: missingKind(known),
  };
}

function missingKind(error: DeckhandError): MissingPart['kind'] {
  if (error instanceof CredentialProblem) return 'credentials';
  if (error instanceof Denied) return 'denied';
  if (error instanceof Throttled) return 'throttled';
  if (error instanceof Unreachable) return 'unreachable';
  return 'other';
}

/** The action that IAM refused, where it is not the one that was called (a role that cannot be assumed). */
function deniedAction(error: DeckhandError): string | undefined {
  return error instanceof Denied ? refusedAction(factsOf(error.cause).message) : undefined;
}

/** Whether AWS refused a call because the session behind its credentials is over. */
export function isExpired(error: unknown): boolean {
  return /^(ExpiredToken|ExpiredTokenException)$/.test(factsOf(error).name);
}

type Kind = 'credentials' | 'denied' | 'throttled' | 'not_found' | 'unreachable' | 'refused';

interface Facts {
  readonly name: string;
  /** A socket error's code: `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
}

const CREDENTIAL_NAMES = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'AuthFailure',
  'RequestExpired',
  'CredentialsProviderError',
  'TokenProviderError',
]);

const DENIED =
  /^(AccessDenied|UnauthorizedOperation|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|OptInRequired|SubscriptionRequired)/;
const THROTTLED =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|LimitExceeded|PriorRequestNotComplete|BandwidthLimitExceeded|ConcurrentUpdate)/;
const NOT_FOUND = /NotFound(Exception)?$|^ServiceNotActiveException$|^TargetNotConnectedException$/;
const NETWORK_CODES =
  /^(ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ERR_TLS|CERT_|DEPTH_ZERO|UNABLE_TO)/;
const NETWORK_NAMES =
  /^(TimeoutError|AbortError|NetworkingError|RequestTimeout|InternalFailure|InternalError|InternalServiceError|InternalServiceFault|InternalServerError|ServerException|ServiceUnavailable|ServiceFailure)/;

function kindOf(facts: Facts, site: CallSite): Kind {
  if (CREDENTIAL_NAMES.has(facts.name)) return 'credentials';
  if (DENIED.test(facts.name)) return 'denied';
  if (THROTTLED.test(facts.name) || facts.status === 429) return 'throttled';
  if (NOT_FOUND.test(facts.name) || isUnknownThing(facts, site)) return 'not_found';
  if (NETWORK_CODES.test(facts.code) || NETWORK_NAMES.test(facts.name)) return 'unreachable';
  if (facts.status === 401 || facts.status === 403) return 'denied';
  if (facts.status === undefined || facts.status >= 500) return 'unreachable';
  return facts.status >= 400 ? 'refused' : 'unreachable';
}

/**
 * ECS has no error of its own for some: `ClientException: Unable to describe task definition.`, and for a hook that
 * does not wait any more ClientException or InvalidParameterException.
 */
function isUnknownThing({ name }: Facts, { action }: CallSite): boolean {
  if (action === 'ecs:DescribeTaskDefinition') return name === 'ClientException';
  return action === CONTINUE && /^(ClientException|InvalidParameterException)$/.test(name);
}

const CONTINUE = 'ecs:ContinueServiceDeployment';

function notFoundSentence(site: CallSite): string {
  return site.action === CONTINUE
    ? `No deployment waits for this answer in ${place(site)}: it was given already, or the time was up.`
    : `${site.action} in ${place(site)} found nothing by that name.`;
}

function throttled(error: unknown, facts: Facts, site: CallSite): Throttled {
  const message = `throttled: AWS asks for fewer calls of ${site.action} in ${place(site)}; try again in a minute.`;
  return facts.retryAfterMs === undefined
    ? new Throttled(message, { cause: error })
    : new Throttled(message, { cause: error, retryAfterMs: facts.retryAfterMs });
}

function deniedSentence(facts: Facts, site: CallSite): string {
  const action = refusedAction(facts.message) ?? site.action;
  const policy = /service control policy/i.test(facts.message)
    ? 'a service control policy forbids it'
    : /explicit deny/i.test(facts.message)
      ? 'an explicit deny forbids it'
      : 'allow it in the policy of the role';
  return `denied: the credentials of ${place(site)} lack ${action} (${policy}).`;
}

/** `User: arn:… is not authorized to perform: ecs:ListClusters on resource: …` */
function refusedAction(message: string): string | undefined {
  return /not authorized to perform:?\s*([a-z0-9-]+:[A-Za-z0-9]+)/.exec(message)?.[1];
}

function credentialSentence(facts: Facts, site: CallSite): string {
  return `no usable credentials for ${place(site)}: ${credentialRemedy(facts.name)}.`;
}

function credentialRemedy(name: string): string {
  if (/^(Expired|RequestExpired)/.test(name)) return 'they have expired; renew them where they come from';
  if (/Signature/.test(name)) return 'the signature is refused; check the secret key and the machine’s clock';
  if (/^(UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure)/.test(name)) {
    return 'AWS does not know the access key; check the key, and that the region is enabled for the account';
  }
  return 'none were found; check the account’s auth in deckhand.yaml, or AWS_PROFILE, or the task’s role';
}

function unreachableSentence(facts: Facts, site: CallSite): string {
  const what = /^(TimeoutError|AbortError|RequestTimeout)|ETIMEDOUT/.test(
    `${facts.name} ${facts.code}`.trim(),
  )
    ? 'no answer in time'
    : facts.status !== undefined && facts.status >= 500
      ? `AWS answered ${facts.status}`
      : `no connection${facts.code === '' ? '' : ` (${facts.code})`}`;
  return `unreachable: ${what} to ${site.action} in ${place(site)}.`;
}

function place(site: CallSite): string {
  return `${site.account} in ${site.region}`;
}

function factsOf(error: unknown): Facts {
  const outer = isRecord(error) ? error : {};
  const cause = isRecord(outer['cause']) ? outer['cause'] : {};
  const metadata = isRecord(outer['$metadata']) ? outer['$metadata'] : {};
  const status = metadata['httpStatusCode'];
  return {
    name: bareName(text(outer['name'])),
    code: text(outer['code']) || text(cause['code']),
    message: text(outer['message']),
    status: typeof status === 'number' ? status : undefined,
    retryAfterMs: retryAfterMs(outer),
  };
}

/** `com.amazonaws.ecs#ThrottlingException` arrives where a server does not shorten the shape's name. */
function bareName(name: string): string {
  return name.slice(name.lastIndexOf('#') + 1);
}

function retryAfterMs(error: Readonly<Record<string, unknown>>): number | undefined {
  const response = isRecord(error['$response']) ? error['$response'] : {};
  const headers = isRecord(response['headers']) ? response['headers'] : {};
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
