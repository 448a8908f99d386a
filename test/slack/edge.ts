import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Card } from '../../src/cards/card.ts';
import type { Chat, ChatClick, ChatRequest, Reply } from '../../src/chat/request.ts';
import type { WantedMessage } from '../../src/messaging/messenger.ts';
import { makeSlackEdge, type SlackEdge } from '../../src/slack/index.ts';
import { keepLog } from '../kept-log.ts';
import { openSlack, type SlackAtWork } from '../local/chat-world.ts';
import { plainAnswers } from '../plain-answers.ts';

export interface SlackEdgeOptions {
  /** `http`: a signing secret; `socket`: an app token. */
  readonly way?: 'http' | 'socket';
  /** Where the Web API is, if not at the loopback Slack. */
  readonly apiUrl?: string;
  readonly systemNow?: () => number;
}

/** The real Bolt app behind a real server, with the loopback Slack on the other side and a chat of the test. */
export interface SlackEdgeAtWork {
  readonly at: SlackAtWork;
  readonly edge: SlackEdge;
  readonly url: string;
  readonly said: { readonly request: ChatRequest; readonly reply: Reply }[];
  readonly clicked: { readonly click: ChatClick; readonly reply: Reply }[];
  readonly wanted: WantedMessage[];
  readonly logLines: readonly string[];
  /** What the test decides; messages that are wanted are posted at once. */
  readonly behaviour: {
    say: Chat['say'];
    click: Chat['click'];
    want: (messages: readonly WantedMessage[]) => Promise<void>;
    /** Ids of the messages that the outbox posted. */
    posted: Set<string>;
  };
  /** A request as Slack would sign it; `change` makes it another. */
  request(body: string, change?: RequestChange): Promise<Response>;
  close(): Promise<void>;
}

export interface RequestChange {
  readonly type?: string;
  readonly timestamp?: string | undefined;
  readonly signature?: string | undefined;
  readonly secret?: string;
}

export async function openSlackEdge(options: SlackEdgeOptions = {}): Promise<SlackEdgeAtWork> {
  const { way = 'http', systemNow = Date.now } = options;
  let url = '';
  const at = await openSlack({
    requestUrl: () => (way === 'http' ? `${url}/slack/events` : undefined),
    retryDelaysMs: [],
  });
  const { credentials } = at.slack;
  const { log, lines } = keepLog();
  const edge = makeSlackEdge(
    {
      botToken: credentials.botToken,
      signingSecret: way === 'http' ? credentials.signingSecret : undefined,
      appToken: way === 'socket' ? credentials.appToken : undefined,
      apiUrl: options.apiUrl ?? at.apiUrl,
    },
    log,
    systemNow,
  );
  const said: SlackEdgeAtWork['said'] = [];
  const clicked: SlackEdgeAtWork['clicked'] = [];
  const wanted: WantedMessage[] = [];
  const behaviour: SlackEdgeAtWork['behaviour'] = {
    say: async () => {},
    click: async () => {},
    posted: new Set(),
    want: async (messages) => {
      for (const { dest, card: wantedCard, key, thread } of messages) {
        await edge.messenger.post(dest, wantedCard, { key, ...(thread === undefined ? {} : { thread }) });
      }
    },
  };
  edge.connect(
    {
      say: async (request, reply) => {
        said.push({ request, reply });
        await behaviour.say(request, reply);
      },
      click: async (click, reply) => {
        clicked.push({ click, reply });
        await behaviour.click(click, reply);
      },
    },
    plainAnswers(async (messages) => {
      wanted.push(...messages);
      await behaviour.want(messages);
    }),
    async (_dest, id) => behaviour.posted.has(id),
  );
  const app = express();
  if (edge.router !== undefined) app.use(edge.router);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  await edge.start();
  return {
    at,
    edge,
    url,
    said,
    clicked,
    wanted,
    logLines: lines,
    behaviour,
    request: (body, change = {}) => {
      const timestamp = 'timestamp' in change ? change.timestamp : String(Math.floor(systemNow() / 1000));
      const signed = createHmac('sha256', change.secret ?? credentials.signingSecret)
        .update(`v0:${timestamp ?? ''}:${body}`)
        .digest('hex');
      const signature = 'signature' in change ? change.signature : `v0=${signed}`;
      return fetch(`${url}/slack/events`, {
        method: 'POST',
        body,
        headers: {
          'content-type': change.type ?? 'application/x-www-form-urlencoded',
          ...(timestamp === undefined ? {} : { 'x-slack-request-timestamp': timestamp }),
          ...(signature === undefined ? {} : { 'x-slack-signature': signature }),
        },
      });
    },
    close: async () => {
      await edge.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await at.close();
    },
  };
}

/** A card with this title. */
export function card(title: string): Card {
  return { title, tone: 'info', summary: title, blocks: [{ kind: 'text', text: `${title}, in words` }] };
}
