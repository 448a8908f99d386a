import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Incident } from '../../src/domain/incident.ts';
import { systemClock } from '../../src/domain/time.ts';
import { FOLD_DEFAULTS } from '../../src/incidents/fold.ts';
import { makeReader } from '../../src/incidents/reader.ts';
import { tell } from '../../src/incidents/record.ts';
import { isObject, type JsonObject } from '../../src/local/json.ts';
import type { LocalProcess } from '../../src/local/local-process.ts';
import { makeIncidentStore } from '../../src/store/incident-store.ts';
import { makeTable } from '../../src/store/table.ts';
import { CAST } from '../local/chat-world.ts';

/** Everything that the table knows of incidents, open and closed. */
export async function incidentsIn(local: LocalProcess): Promise<readonly Incident[]> {
  const client = new DynamoDBClient({
    endpoint: local.endpoints.aws ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const table = makeTable({ client, tableName: local.env['DYNAMODB_TABLE'] ?? '', clock: systemClock });
  const store = makeIncidentStore(table, () => systemClock.now());
  const read = async (slot: string) => {
    const found = await store.current(slot);
    return found && tell(found.value, FOLD_DEFAULTS);
  };
  const reader = makeReader({ store, slots: { read }, settings: FOLD_DEFAULTS, clock: systemClock });
  const all = [...(await reader.open()), ...(await reader.recentlyClosed())];
  client.destroy();
  // One that was reopened stands in both; open comes first.
  return all.filter(({ id }, at) => all.findIndex((one) => one.id === id) === at);
}

/** How the incidents of each service stand: `{ web: [{ count: 3, state: 'open' }] }`. */
export function standing(
  incidents: readonly Incident[],
): Readonly<Record<string, readonly Pick<Incident, 'count' | 'state'>[]>> {
  const services = new Set(incidents.map(({ target }) => target.service ?? ''));
  return Object.fromEntries(
    [...services].map((service) => [
      service,
      incidents
        .filter(({ target }) => (target.service ?? '') === service)
        .map(({ count, state }) => ({ count, state })),
    ]),
  );
}

/** A message of the bot in a chat's alert channel. */
export interface Shown {
  readonly id: string;
  /** The root whose reply it is. */
  readonly thread: string | undefined;
  /** In the outbox; only Slack's messages carry it. */
  readonly key: string | undefined;
  readonly content: string;
}

/** What the bot wrote to Slack's alert channel, in order. */
export function inSlack({ chats }: LocalProcess): readonly Shown[] {
  return (chats?.slack.workspace.messagesOf(CAST.slack.defaultChannel) ?? [])
    .filter(({ isBot, isTombstone }) => isBot && !isTombstone)
    .map(({ ts, threadTs, metadata, text, blocks }) => ({
      id: ts,
      thread: threadTs,
      key: keyIn(metadata),
      content: `${text} ${JSON.stringify(blocks)}`,
    }));
}

/** The same in Teams. */
export function inTeams({ chats }: LocalProcess): readonly Shown[] {
  return (chats?.teams.tenant.activitiesOf(CAST.teams.defaultChannel) ?? [])
    .filter(({ isBot }) => isBot)
    .map(({ id, rootId, body }) => ({ id, thread: rootId, key: undefined, content: JSON.stringify(body) }));
}

function keyIn(metadata: JsonObject | undefined): string | undefined {
  const payload = metadata?.['event_payload'];
  const key = isObject(payload) ? payload['k'] : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** The roots whose title names the incident with this number. */
export function rootsOf(shown: readonly Shown[], number: number): readonly Shown[] {
  // Teams takes a mark at the beginning for markup, so it is escaped there.
  const title = new RegExp(`"(\\S+ )?(Resolved: |Part of #\\d+: )?\\\\*#${number} `);
  return shown.filter(({ thread, content }) => thread === undefined && title.test(content));
}

/** How many messages wait to be sent, as the bot says. */
export async function waitingMessages(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^deckhand_outbox_messages\{state="waiting"\} (\d+)$/m.exec(metrics)?.[1]);
}
