/**
 * The layers of the code base: which folder of src may import which. `domain` and `telemetry` are open to all.
 * A new folder is added here first; what is not listed may import nothing else.
 */
const LAYERS = {
  domain: [],
  telemetry: [],
  cards: [],
  assess: [],
  aws: [],
  intent: [],
  store: ['cards'],
  collector: ['aws', 'assess', 'store'],
  messaging: ['cards', 'store'],
  access: ['store'],
  jobs: ['store'],
  probes: ['assess', 'cards', 'store'],
  incidents: ['cards', 'assess', 'collector', 'store', 'messaging', 'probes', 'jobs'],
  advice: ['cards', 'assess', 'collector', 'store', 'messaging', 'probes', 'jobs'],
  analyst: ['cards', 'assess', 'collector', 'store', 'incidents', 'advice', 'access'],
  actions: [
    'aws',
    'assess',
    'cards',
    'collector',
    'store',
    'access',
    'messaging',
    'incidents',
    'advice',
    'probes',
  ],
  commands: [
    'intent',
    'cards',
    'assess',
    'collector',
    'store',
    'access',
    'incidents',
    'advice',
    'probes',
    'analyst',
    'messaging',
  ],
  chat: ['intent', 'cards', 'store', 'messaging', 'access', 'commands', 'actions'],
  slack: ['cards', 'messaging', 'chat'],
  teams: ['cards', 'messaging', 'chat'],
  cli: ['cards', 'messaging', 'chat'],
  http: ['chat'],
  config: [],
};

const OPEN = ['domain', 'telemetry'];

const layerRules = Object.entries(LAYERS).map(([folder, allowed]) => ({
  name: `layer-${folder}`,
  comment: `src/${folder} may import ${[...OPEN, ...allowed].join(', ')} only.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[...new Set([folder, ...OPEN, ...allowed])].join('|')})/` },
}));

export default {
  forbidden: [
    ...layerRules.filter((rule) => !['layer-domain', 'layer-telemetry'].includes(rule.name)),
    {
      name: 'layer-domain',
      comment: 'src/domain imports nothing of ours.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: '^src/', pathNot: '^src/domain/' },
    },
    {
      name: 'layer-telemetry',
      comment: 'src/telemetry imports the words of the domain only.',
      severity: 'error',
      from: { path: '^src/telemetry/' },
      to: { path: '^src/', pathNot: '^src/(telemetry|domain)/' },
    },
    {
      name: 'known-folders',
      comment: 'A new folder of src needs a line in LAYERS.',
      severity: 'error',
      from: {
        path: '^src/[^/]+/',
        pathNot: `^src/(${[...Object.keys(LAYERS), 'wiring', 'local'].join('|')})/`,
      },
      to: {},
    },
    {
      name: 'wiring-is-not-local',
      comment: 'The product never imports the simulation.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/local/' },
      to: { path: '^src/local/' },
    },
    {
      name: 'local-stands-alone',
      comment: 'Types shared with the emulators would let a bug in both cancel out.',
      severity: 'error',
      from: { path: '^src/local/' },
      to: { path: '^src/', pathNot: '^src/local/' },
    },
    {
      name: 'one-writer',
      comment: 'Everything that changes AWS goes through actions.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(actions|wiring)/' },
      to: { path: '^src/aws/write\\.ts$' },
    },
    {
      name: 'slack-in-its-edge',
      comment: "Slack's packages stay in src/slack (and in the page, which draws what Slack would).",
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(slack|local/page)/' },
      to: { path: 'node_modules/(@slack|slack-blocks-to-jsx)/' },
    },
    {
      name: 'botbuilder-in-its-edge',
      comment: 'The Bot Framework SDK is frozen; it stays behind src/teams.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/teams/' },
      to: { path: 'node_modules/(botbuilder|botframework)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.tsx$' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.json'],
    },
  },
};
