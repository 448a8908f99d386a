import { catalogueEntry } from './catalogue.ts';
import { isFailingStop } from './failing-stop.ts';
import type { IncidentEvent } from './incident-event.ts';
import { reachedHost, registryHost } from './reason-host.ts';
import { specificText } from './reason-specific.ts';

/**
 * The key under which several services fail for one reason; undefined where the reason says nothing about others.
 * Services whose failures share a key within a few minutes form a group, which hides their own messages: in doubt
 * there is no key.
 */
export function reasonKey(event: IncidentEvent): string | undefined {
  if (event.service === undefined || !isFailure(event)) return undefined;
  const { task, reason } = event;
  const texts = [reason, ...(task?.containers ?? []).map((one) => one.reason), task?.stoppedReason].filter(
    (one): one is string => one !== undefined && one !== '',
  );
  const clue: Clue = { event, texts, all: texts.join('\n'), stopCode: task?.stopCode };
  for (const rule of RULES) {
    const found = rule(clue);
    if (found === OWN) return undefined;
    if (found !== undefined) return found.join('|');
  }
  return undefined;
}

/** Alarms, calls and tests tell nothing about a cause that others could share. */
function isFailure(event: IncidentEvent): boolean {
  if (event.source === 'alarm' || event.source === 'cloudtrail' || event.ends || event.isTest) return false;
  if (event.task !== undefined) return isFailingStop(event.task);
  return catalogueEntry(event.name, event.level).effect === 'failure';
}

interface Clue {
  readonly event: IncidentEvent;
  readonly texts: readonly string[];
  /** All texts in one. */
  readonly all: string;
  readonly stopCode: string | undefined;
}

/** The reason is the service's own: nothing later may find a key in it. */
const OWN = 'own';
type Rule = (clue: Clue) => readonly string[] | typeof OWN | undefined;

const RULES: readonly Rule[] = [
  spot,
  host,
  ownHealthCheck,
  secret,
  registry,
  capacity,
  throttled,
  unreachable,
  throttledByText,
  specific,
];

/** Where a reason of AWS itself reaches: every service of the account in this region. */
function scope({ accountId, region }: IncidentEvent): readonly string[] {
  return [accountId, region];
}

function spot({ event, all, stopCode }: Clue): ReturnType<Rule> {
  if (stopCode !== 'SpotInterruption' && !/\bspot\b.*\b(interrupt|reclaim|terminat|preempt)/i.test(all))
    return undefined;
  return ['spot', ...scope(event)];
}

/** Together where the zone is the same; without a zone, where the same instance is named. */
function host({ event, all, stopCode }: Clue): ReturnType<Rule> {
  const byCode = stopCode === 'InfrastructureHealth' || stopCode === 'TerminationNotice';
  if (!byCode && !HOST_GONE.test(all)) return undefined;
  const where = event.task?.zone ?? ZONE.exec(all)?.[0] ?? INSTANCE.exec(all)?.[0];
  return ['host', ...scope(event), ...(where === undefined ? [] : [where.toLowerCase()])];
}

const HOST_GONE =
  /host ec2\b.*\bterminated|underlying (host|hardware|infrastructure|instance)|infrastructure (failure|issue|event|impair)|hardware (failure|degrad)|(?<!hosted )\bzone\b.{0,60}\b(fail|impair|unavailable|outage|degrad|power|is down)|outage in .{0,40}(?<!hosted )\bzone\b|agent (was )?disconnected|container instance\b.{0,60}\b(terminated|impaired|deregistered)/i;
const ZONE = /\b[a-z]{2}(?:-[a-z]+)+-\d[a-z]\b|\b[a-z]{3,4}\d-az\d\b/i;
const INSTANCE = /\bi-[\da-f]{8,}\b/i;

/** The check of its own containers and targets, whatever the check says. */
function ownHealthCheck({ all }: Clue): ReturnType<Rule> {
  return /\bhealth ?checks?\b|is unhealthy in\b/i.test(all) ? OWN : undefined;
}

/** One secret that nobody may or can read any more; a store that does not answer is `unreachable`. */
function secret({ event, all }: Clue): ReturnType<Rule> {
  if (!FETCHES_A_SECRET.test(all)) return undefined;
  if (REFUSED.test(all)) {
    const name = SECRET_NAME.exec(all)?.[1];
    return name === undefined ? OWN : ['secret', ...scope(event), name.toLowerCase()];
  }
  const reached = reachedHost(all) ?? (/\bssm\b|parameter store/i.test(all) ? 'ssm' : undefined);
  const store = reached ?? (/secrets? ?manager|\basm\b/i.test(all) ? 'secretsmanager' : undefined);
  return store === undefined ? undefined : ['endpoint', ...scope(event), store];
}

const FETCHES_A_SECRET =
  /pull secrets|retrieve secret|fetch(ing)? secret|get ?secret ?value|getparameters?\b|secretsmanager|parameter store|from (asm|ssm)\b/i;
const REFUSED =
  /access ?denied|not authorized|not ?found|can't find|does ?n[o']t exist|invalid ?(request|parameter)|decrypt/i;
const SECRET_NAME = /:secret:([^\s"',:)]+)|:parameter\/([^\s"',)]+)/i;

/** The registry does not deliver. A tag or repository that is not there is the service's own fault. */
function registry({ all }: Clue): ReturnType<Rule> {
  if (!PULLS.test(all)) return undefined;
  if (IMAGE_MISSING.test(all)) return OWN;
  const name = registryHost(all);
  return name === undefined ? OWN : ['registry', name];
}

const PULLS =
  /cannotpull|pull(ing)? (the )?image|image pull|failed to resolve ref|pull access|toomanyrequests|pull rate limit/i;
const IMAGE_MISSING =
  /(?<!host )not found|manifest unknown|does ?n[o']t exist|no such (image|manifest)|repository name not known|matching platform|no space left|invalid reference/i;

/** Fargate has one pool for the region; instances belong to a cluster. */
function capacity({ event, all }: Clue): ReturnType<Rule> {
  if (!NO_ROOM.test(all)) return undefined;
  if (/placement constraint|attribute|memberof|distinctinstance/i.test(all)) return OWN;
  if (/fargate|capacity is unavailable/i.test(all)) return ['capacity', ...scope(event), 'fargate'];
  return event.cluster === undefined ? OWN : ['capacity', ...scope(event), event.cluster];
}

const NO_ROOM =
  /\bresource:\w+|unable to place|no container instances? (met|were found)|capacity is unavailable|insufficient ?(cpu|memory|gpu|instance ?capacity|capacity)|not enough (cpu|memory|capacity)/i;

/** ECS's own throttling and Cloud Map's each have one limit for the account. */
function throttled({ event }: Clue): ReturnType<Rule> {
  if (!event.name.endsWith('_THROTTLED')) return undefined;
  return ['throttled', ...scope(event), event.name.toLowerCase()];
}

/** Something that several services call, or that every start needs, does not answer. */
function unreachable({ event, all }: Clue): ReturnType<Rule> {
  if (!NO_ANSWER.test(all)) return undefined;
  const name = reachedHost(all);
  return name === undefined ? undefined : ['endpoint', ...scope(event), name];
}

const NO_ANSWER =
  /time[d -]{0,3}out|refused|unreachable|no such host|no route|reset by peer|request failed|deadline exceeded|(could not|couldn't|unable to|failed to|cannot) (connect|reach|resolve)|connection (failed|closed|error|lost)|enotfound|econn|ehost|eai_again|tls handshake|server misbehaving|(dns|name) (resolution|lookup)|(temporarily|service) unavailable/i;

function throttledByText({ event, all }: Clue): ReturnType<Rule> {
  if (!/throttl|rate exceeded|too many requests/i.test(all)) return undefined;
  return ['throttled', ...scope(event)];
}

/** What Deckhand infers it says in words of its own, the same for every service. */
function specific({ event, texts }: Clue): ReturnType<Rule> {
  if (event.source !== 'ecs') return undefined;
  const text = specificText(texts, [event.service, event.cluster]);
  return text === undefined ? undefined : ['reason', ...scope(event), text];
}
