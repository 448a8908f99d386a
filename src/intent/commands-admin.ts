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
  {
    ...ADMIN,
    name: 'accounts',
    aliases: ['account'],
    about: 'Shows the watched accounts: how old the data is, what is missing, what reading costs.',
    usage: ['accounts [list]', 'accounts test [NAME]', 'accounts refresh'],
    examples: [
      { say: 'accounts list', about: 'ages, missing parts and dollars per day' },
      { say: 'accounts test', about: 'which IAM action is missing where' },
      { say: 'accounts refresh', about: 'reads everything again' },
    ],
    action: 'optional',
    actions: [
      { ...LIST, about: 'shows ages, missing parts and what reading costs', built: true },
      ADD,
      REMOVE,
      { ...TEST, about: 'says which IAM action is missing where', built: true },
      { word: 'refresh', about: 'reads everything again', takes: [], write: false, built: true },
      WHY,
    ],
    built: true,
  },
  {
    ...ADMIN,
    name: 'routes',
    aliases: ['route'],
    about:
      'Which channel hears of what, when it is quiet there, and who is called when nobody takes an incident.',
    usage: [
      'routes [list]',
      'routes add PLACE SEVERITY CHANNEL [quiet 22:00-07:00 ZONE] [remind 15m] [escalate 20m WHO]',
      'routes remove ID',
      'routes test [ID]',
      'routes why NAME [SEVERITY]',
    ],
    examples: [
      { say: 'routes list', about: 'all of them, with their ids' },
      {
        say: 'routes add */{cluster}/* high here',
        about: 'this channel hears of what is high or critical there',
      },
      { say: 'routes why {service} high', about: 'where an incident of it would go now, and why' },
      { say: 'routes test', about: 'whether I can post in every channel that they name' },
    ],
    action: 'optional',
    actions: [LIST, ADD, REMOVE, TEST, WHY].map((action) => ({ ...action, built: true })),
    built: true,
  },
  {
    ...ADMIN,
    name: 'grants',
    aliases: ['grant'],
    about: 'Who may do what where.',
    usage: [
      'grants [list]',
      'grants add WHO PLACE ACTIONS [for 2h]',
      'grants remove ID',
      'grants why WHO SERVICE ACTION',
    ],
    examples: [
      { say: 'grants list', about: 'all of them, with their ids' },
      { say: 'grants add @olivia */{cluster}/* scale for 2h', about: 'she may scale there for two hours' },
      { say: 'grants why me {service} scale', about: 'whether you may, and why' },
    ],
    action: 'optional',
    actions: [LIST, ADD, REMOVE, WHY].map((action) => ({ ...action, built: true })),
    built: true,
  },
  administration('rules', 'rule', 'The rules behind recommendations.', 'list'),
  administration('probes', 'probe', 'Checks from outside.', 'add https://shop.example.com/health'),
  {
    ...ADMIN,
    name: 'outbox',
    about: 'Shows what waits to be sent and why.',
    usage: ['outbox [list]', 'outbox resume CHANNEL'],
    examples: [
      { say: 'outbox list', about: 'what waits, where and why' },
      { say: 'outbox resume slack:C012AB3CD', about: 'sends again to a channel that refused messages' },
    ],
    action: 'optional',
    actions: [
      { ...LIST, about: 'shows what waits', built: true },
      {
        word: 'resume',
        about: 'sends again to a channel that was paused',
        takes: ['text'],
        write: true,
        built: true,
      },
    ],
    built: true,
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
