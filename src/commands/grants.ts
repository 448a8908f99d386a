import { refusalSentence } from '../access/refusal.ts';
import type { Card } from '../cards/card.ts';
import { grantsCard } from '../cards/grants-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Collector } from '../collector/collector.ts';
import { GRANT_ACTIONS, type GrantTarget, grantCovers } from '../domain/access.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { Intent } from '../domain/intent.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { Answer, Asking, Handler } from './command.ts';
import { readGrant, readWho } from './grant-words.ts';
import { mayPropose, type ProposeDeps, propose } from './propose.ts';

export interface GrantsDeps extends ProposeDeps {
  readonly collector: Pick<Collector, 'inventory'>;
}

/** `grants [list]`, `grants add …`, `grants remove ID`, `grants why PERSON SERVICE ACTION` */
export function makeGrantsCommand(deps: GrantsDeps): Handler {
  return async (intent, asking) => {
    if (intent.action === 'add') return add(deps, intent, asking);
    if (intent.action === 'remove') return remove(deps, intent, asking);
    if (intent.action === 'why') return why(deps, intent, asking);
    return list(deps, asking);
  };
}

async function list({ access, clock }: GrantsDeps, asking: Asking): Promise<Answer> {
  const grants = await access.grants();
  const { admins } = access;
  const card = grantsCard({ grants, admins, nowMs: clock.now(), command: asking.prefix });
  return { card, data: { grants, admins }, verdict: 'ok' };
}

async function add(deps: GrantsDeps, intent: Intent, asking: Asking): Promise<Answer> {
  await mayPropose(deps, asking, { action: 'admin', target: {} });
  const words = readGrant(intent.text ?? '', asking.person, deps.clock.now());
  const services = await deps.collector.inventory();
  const covered = services.filter((ref) => grantCovers(words.on, ref)).length;
  return propose(deps, asking, {
    order: { kind: 'grant_add', ...words },
    from: 'no such grant',
    to: `${words.who} may ${words.actions.join(', ')} on ${words.on}`,
    notes: [
      covered === 0
        ? 'No service that I know has such a place today: look at the pattern again.'
        : `It covers ${covered} of the ${services.length} services that I know today.`,
    ],
  });
}

async function remove(deps: GrantsDeps, intent: Intent, asking: Asking): Promise<Answer> {
  await mayPropose(deps, asking, { action: 'admin', target: {} });
  const id = (intent.text ?? '').trim();
  if (id === '') throw new BadRequest('Which grant? `grants list` shows their ids.');
  const grant = (await deps.access.grants()).find((each) => each.id === id);
  if (grant === undefined) throw new NotFound(`There is no grant ${id}. \`grants list\` shows their ids.`);
  if (id.startsWith('file-')) {
    throw new BadRequest(
      `${id} stands in the configuration file, not with me: take it away there (deckhand.yaml, grants), then restart me.`,
    );
  }
  const was = `${grant.who} may ${grant.actions.join(', ')} on ${grant.on}`;
  return propose(deps, asking, { order: { kind: 'grant_remove', grant: id, was }, from: was, to: 'nothing' });
}

/** Explains a decision, with the same rules that decide. */
async function why(deps: GrantsDeps, intent: Intent, asking: Asking): Promise<Answer> {
  const [whoWord = 'me', place, actionWord] = (intent.text ?? '').trim().split(/\s+/).filter(Boolean);
  const action = GRANT_ACTIONS.find((each) => each !== '*' && each === actionWord?.toLowerCase());
  if (place === undefined || action === undefined || action === '*') {
    throw new BadRequest(
      'Write who, where and what: `grants why @olivia orders-api scale`, or `grants why me production/shop/orders-api rollback`.',
    );
  }
  const person = personOf(readWho(whoWord, asking.person), asking.person);
  const target = await targetOf(deps, place);
  const decision = await deps.access.decide(person, { action, target });
  const where = [target.account, target.cluster, target.service].join('/');
  const { admins } = deps.access;
  const sentence = decision.allowed
    ? `Yes: ${personKey(person)} may ${action} ${where}. ${
        decision.by === 'grant'
          ? `The grant ${decision.grant.id} says so: ${decision.grant.who}${groupNote(decision.grant.who, person)} may ${decision.grant.actions.join(', ')} on ${decision.grant.on}.`
          : 'They are an administrator (ADMINS).'
      }`
    : `No: ${personKey(person)} may not ${action} ${where}. To them I say: ${refusalSentence(decision, { person, action, target, prefix: asking.prefix, admins })}`;
  const card: Card = { ...refusalCard(sentence), tone: decision.allowed ? 'good' : 'info' };
  return { card, data: { person: personKey(person), action, target, decision }, verdict: 'ok' };
}

/** A grant that holds for somebody and does not name them names a group. */
function groupNote(who: string, person: Pick<Person, 'platform' | 'id'>): string {
  return who === personKey(person) ? '' : ', a group that they are in,';
}

/** Of somebody else it is not known here whether they are a member; the explanation is for one. */
function personOf(key: string, asker: Person): Pick<Person, 'platform' | 'id' | 'standing'> {
  if (key === personKey(asker)) return asker;
  const platform = key.startsWith('teams:') ? 'teams' : 'slack';
  return { platform, id: key.slice(key.indexOf(':') + 1), standing: 'member' };
}

async function targetOf({ collector }: GrantsDeps, place: string): Promise<GrantTarget> {
  const parts = place.split('/');
  const [account, cluster, service] = parts.length === 3 ? parts : [];
  const refs = await collector.inventory();
  const found = refs.filter((ref) =>
    service === undefined
      ? ref.service === place
      : ref.account === account && ref.cluster === cluster && ref.service === service,
  );
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length === 0)
    throw new NotFound(
      `There is no service ${place}. \`health\` lists the names; account/cluster/service is exact.`,
    );
  throw new BadRequest(`Several services are called ${place}: write account/cluster/service.`);
}
