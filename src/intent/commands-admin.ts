import type { ActionSpec, CommandSpec } from './command-spec.ts';

const ADMIN = { aliases: [], takes: [], flags: [], write: false, built: false } as const;

const LIST: ActionSpec = { word: 'list', about: 'shows them', takes: [], write: false, built: false };
const ADD: ActionSpec = {
  word: 'add',
  about: 'tests, then adds',
  takes: ['text'],
  write: true,
  built: false,
};
const REMOVE: ActionSpec = { word: 'remove', about: 'removes', takes: ['text'], write: true, built: false };
const WHY: ActionSpec = { word: 'why', about: 'explains', takes: ['maybe_text'], write: false, built: false };
const TEST: ActionSpec = { word: 'test', about: 'tests', takes: ['maybe_text'], write: false, built: false };

/** Administration, and what concerns the bot itself. */
export const ADMIN_COMMANDS: readonly CommandSpec[] = [
  {
    ...ADMIN,
    name: 'digest',
    aliases: ['digests'],
    about: 'Posts a digest now, or on a schedule in a named time zone.',
    usage: [
      'digest now',
      'digest schedule "0 9 * * 1-5" Europe/Amsterdam',
      'digest list',
      'digest remove ID',
    ],
    examples: [{ say: 'digest now', about: 'here, at once' }],
    action: 'required',
    actions: [
      { word: 'now', about: 'posts one here', takes: ['said_scope'], write: true, built: false },
      {
        word: 'schedule',
        about: 'posts one again and again',
        takes: ['zone', 'cron'],
        write: true,
        built: false,
      },
      LIST,
      REMOVE,
    ],
    flags: ['zone', 'account', 'cluster', 'region'],
  },
  administration(
    'accounts',
    'account',
    'The AWS accounts that are watched.',
    'add production role arn:aws:iam::…',
  ),
  administration('routes', 'route', 'Which channel hears of what.', 'add production/* high #alerts'),
  administration('grants', 'grant', 'Who may do what where.', 'add @olivia production/*/* scale'),
  administration('rules', 'rule', 'The rules behind recommendations.', 'list'),
  administration('probes', 'probe', 'Checks from outside.', 'add https://shop.example.com/health'),
  {
    ...ADMIN,
    name: 'outbox',
    about: 'Shows what waits to be sent and why.',
    usage: ['outbox [list]', 'outbox resume CHANNEL'],
    examples: [{ say: 'outbox list', about: 'what waits' }],
    action: 'optional',
    actions: [
      LIST,
      {
        word: 'resume',
        about: 'sends again to a channel that was paused',
        takes: ['text'],
        write: true,
        built: false,
      },
    ],
  },
];

function administration(
  name: CommandSpec['name'],
  singular: string,
  about: string,
  example: string,
): CommandSpec {
  return {
    ...ADMIN,
    name,
    aliases: [singular],
    about,
    usage: [`${name} [list]`, `${name} add …`, `${name} remove …`, `${name} test …`, `${name} why …`],
    examples: [{ say: `${name} ${example}`, about: 'tested before it is stored' }],
    action: 'optional',
    actions: [LIST, ADD, REMOVE, TEST, WHY],
  };
}
