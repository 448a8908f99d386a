import type { GrantTarget } from '../domain/access.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { Decision, Question } from './decide.ts';

export interface RefusalOptions {
  readonly person: Pick<Person, 'platform' | 'id'>;
  readonly action: Question['action'];
  readonly target: GrantTarget;
  /** What it is wanted for, where the right's name does not say: `switch orders-api off`. */
  readonly doing?: string;
  /** How the bot is spoken to here. */
  readonly prefix: string;
  /** Who could give the right, by name or key. */
  readonly admins: readonly string[];
}

/** Why somebody may not, and the first step towards the right. For them alone. */
export function refusalSentence(
  decision: Extract<Decision, { allowed: false }>,
  options: RefusalOptions,
): string {
  const { person, action, target, prefix } = options;
  const what = options.doing ?? `${VERBS[action] ?? action}${nameOf(target)}`;
  const add = `\`${prefix} grants add ${personKey(person)} ${patternOf(target)} ${action}\``.replace(
    '` ',
    '`',
  );
  const near = decision.near;
  switch (decision.why) {
    case 'not_a_member':
      return `You may not ${what}: only members of this workspace or organisation can. Ask one of them to do it.`;
    case 'unknown_person':
      return `I cannot check who you are at the moment, so I change nothing for you. Try again in a minute; if it stays so, ask the people who run me to look at users:read (Slack) or the tenant (Teams).`;
    case 'unreadable':
      return `I cannot read who may do what at the moment, so nobody can ${what} through me. Nothing changed. Try again in a minute, or use the AWS console.`;
    case 'nobody_may':
      return `Nobody may change anything through me yet. The first step: whoever runs me sets \`ADMINS=${personKey(person)}\` (that is you) and restarts me; then rights are given with \`grants add\`.`;
    case 'expired':
      return `Your right to ${what} has ended${near?.untilMs === undefined ? '' : ` (${when(near.untilMs)})`}. ${ask(options)} to type ${add}.`;
    case 'elsewhere':
      return `You may ${NAMES[action] ?? action} in ${near?.on ?? 'other places'}, not here. ${ask(options)} to type ${add}.`;
    case 'another_action':
      return `You may ${near === undefined ? 'do other things' : listed(near.actions)} here, not ${options.doing ?? NAMES[action] ?? action}${takes(options)}. ${ask(options)} to type ${add}.`;
    case 'groups_unreadable':
      return `You have no right of your own to ${what}, and I cannot read your groups at the moment. Try again in a minute, or ${ask(options, 'ask')} to type ${add}.`;
    case 'no_grant':
      return `You may not ${what}${takes(options)}. ${ask(options)} to type ${add}.`;
  }
}

/** Where the right's name is no verb. */
const VERBS: Readonly<Partial<Record<Question['action'], string>>> = {
  admin: 'administer me',
  rollback: 'roll back',
  stop: 'stop a task of',
  ack: 'take an incident',
  release: 'give an incident back',
  assign: 'give an incident to somebody',
  note: 'add a note to an incident',
  resolve: 'close an incident',
  reopen: 'open an incident again',
  mute: 'mute alerts',
  unmute: 'end a mute',
  logs: 'read the logs of',
  audit: 'read the audit',
  hooks: 'answer deployment hooks of',
};

/** Where the right's name is no verb, and no place follows. */
const NAMES: Readonly<Partial<Record<string, string>>> = {
  admin: 'administer',
  rollback: 'roll back',
  stop: 'stop tasks',
  hooks: 'answer deployment hooks',
  logs: 'read logs',
  audit: 'read the audit',
  '*': 'do everything',
};

/** `scale, roll back and answer deployment hooks` */
function listed(actions: readonly string[]): string {
  const names = actions.map((action) => NAMES[action] ?? action);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Names the right where what is wanted does not. */
function takes({ doing, action }: RefusalOptions): string {
  return doing === undefined ? '' : `: that takes the right \`${action}\``;
}

/** `production/shop/orders-api`: what a grant for exactly this would say. */
function patternOf({ account = '*', cluster = '*', service = '*' }: GrantTarget): string {
  return `${account}/${cluster}/${service}`;
}

function nameOf({ service, cluster, account }: GrantTarget): string {
  const name = service ?? cluster ?? account;
  return name === undefined ? '' : ` ${name}`;
}

function ask({ admins, person }: RefusalOptions, word = 'Ask'): string {
  const here = admins.filter((admin) => admin.startsWith(`${person.platform}:`));
  const named = here.slice(0, 3).map((admin) => admin.slice(admin.indexOf(':') + 1));
  if (person.platform !== 'slack' || named.length === 0) return `${word} an administrator of mine`;
  return `${word} an administrator of mine (${named.map((id) => `<slack:${id}>`).join(', ')})`;
}

function when(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
