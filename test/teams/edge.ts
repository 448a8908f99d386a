import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Card } from '../../src/cards/card.ts';
import type { Chat, ChatClick, ChatRequest, Reply } from '../../src/chat/request.ts';
import type { TeamsOptions } from '../../src/local/teams/index.ts';
import type { Destination, MessageId, WantedMessage } from '../../src/messaging/messenger.ts';
import type { TeamsCredentials } from '../../src/teams/adapter.ts';
import { type ConversationBook, makeTeamsEdge, type TeamsEdge } from '../../src/teams/index.ts';
import { keepLog } from '../kept-log.ts';
import { openTeams, type TeamsAtWork } from '../local/chat-world.ts';
import { plainAnswers } from '../plain-answers.ts';

export const ANONYMOUS: TeamsCredentials = {
  appId: '',
  appPassword: '',
  appType: 'SingleTenant',
  tenantId: undefined,
  openIdMetadata: undefined,
};

/** The real Teams edge behind a real server, with the loopback Teams on the other side and a chat of the test. */
export interface EdgeAtWork {
  readonly at: TeamsAtWork;
  readonly edge: TeamsEdge;
  readonly endpoint: string;
  readonly said: { readonly request: ChatRequest; readonly reply: Reply }[];
  readonly clicked: { readonly click: ChatClick; readonly reply: Reply }[];
  readonly wanted: WantedMessage[];
  readonly touched: { readonly dest: Destination; readonly key: string; readonly id: MessageId }[];
  readonly logLines: readonly string[];
  /** What the test decides. */
  readonly behaviour: {
    say: Chat['say'];
    click: Chat['click'];
    want: (messages: readonly WantedMessage[]) => Promise<void>;
    touched: MessageId | undefined;
    wait: (ms: number) => Promise<void>;
    book: ConversationBook;
  };
  close(): Promise<void>;
}

export async function openEdge(
  credentials: TeamsCredentials = ANONYMOUS,
  options: Partial<TeamsOptions> = {},
): Promise<EdgeAtWork> {
  let endpoint = '';
  const at = await openTeams({ endpoint: () => endpoint, ...options });
  const { log, lines } = keepLog();
  const said: EdgeAtWork['said'] = [];
  const clicked: EdgeAtWork['clicked'] = [];
  const wanted: WantedMessage[] = [];
  const touched: EdgeAtWork['touched'] = [];
  const behaviour: EdgeAtWork['behaviour'] = {
    say: async () => {},
    click: async () => {},
    want: async () => {},
    touched: undefined,
    wait: () => new Promise(() => {}),
    book: { remember: async () => {}, serviceUrl: async () => at.serviceUrl },
  };
  const edge = makeTeamsEdge({
    credentials,
    book: {
      remember: (conversation, url) => behaviour.book.remember(conversation, url),
      serviceUrl: (conversation) => behaviour.book.serviceUrl(conversation),
    },
    log,
    wait: (ms) => behaviour.wait(ms),
  });
  const router = edge.connect(
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
    {
      answers: plainAnswers(async (messages) => {
        wanted.push(...messages);
        await behaviour.want(messages);
      }),
      touched: async (dest, key, id) => {
        touched.push({ dest, key, id });
        return behaviour.touched;
      },
    },
  );
  const server = await serve(express().use(router));
  endpoint = `${urlOf(server)}/api/messages`;
  return {
    at,
    edge,
    get endpoint() {
      return endpoint;
    },
    said,
    clicked,
    wanted,
    touched,
    logLines: lines,
    behaviour,
    close: async () => {
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

export async function serve(app: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}
