import { pino } from 'pino';
import { makeTeamsAuthentication } from '../../src/teams/adapter.ts';
import { makeConnectors } from '../../src/teams/connector.ts';
import { makeTeamsMessenger } from '../../src/teams/messenger.ts';
import { sendForEver } from './sending.ts';

const auth = makeTeamsAuthentication({
  appId: '',
  appPassword: '',
  appType: 'SingleTenant',
  tenantId: undefined,
  openIdMetadata: undefined,
});

await sendForEver('teams', (url, { clientTimeoutMs }) =>
  makeTeamsMessenger({
    connectors: makeConnectors(auth, 'app', clientTimeoutMs),
    book: { remember: async () => undefined, serviceUrl: async () => url },
    log: pino({ level: 'silent' }),
  }),
);
