import { LogLevel } from '@slack/web-api';
import { makeSlackClient } from '../../src/slack/client.ts';
import { makeSlackMessenger } from '../../src/slack/messenger.ts';
import { sendForEver } from './sending.ts';

const none = (): void => undefined;
const quiet = { debug: none, info: none, warn: none, error: none, setLevel: none, setName: none };
const logger = { ...quiet, getLevel: () => LogLevel.ERROR };

await sendForEver('slack', (url, { clientTimeoutMs: timeoutMs }) =>
  makeSlackMessenger(makeSlackClient('xoxb-test', { apiUrl: `${url}/api/`, logger, timeoutMs })),
);
