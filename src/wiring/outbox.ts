import { randomUUID } from 'node:crypto';
import { interruptedCard } from '../cards/progress-card.ts';
import type { Config } from '../config.ts';
import { deliveryWith } from '../domain/delivery-settings.ts';
import { systemTimers } from '../domain/time.ts';
import { type Live, makeLive } from '../messaging/live.ts';
import type { Messenger } from '../messaging/messenger.ts';
import { makeOutbox, type Outbox } from '../messaging/outbox.ts';
import { makeParkedNotes } from '../messaging/parked-notes.ts';
import { makeChannelStore } from '../store/channel-store.ts';
import { makeLiveStore } from '../store/live-store.ts';
import { makeOutboxStore } from '../store/outbox-store.ts';
import type { Table } from '../store/table.ts';
import { defaultChannels, opsChannel } from './channels.ts';
import type { Platform } from './platform.ts';

/** The outbox over the table. Without messengers it sends nothing itself: what it is given, a running bot sends. */
export function wireOutbox(
  config: Config,
  platform: Platform,
  table: Table,
  messengers: readonly Messenger[],
): Outbox {
  const { systemClock: clock, log } = platform;
  const outbox: Outbox = makeOutbox({
    store: { outbox: makeOutboxStore(table), channels: makeChannelStore(table) },
    messengers,
    clock,
    timers: systemTimers,
    settings: deliveryWith(config.file.delivery),
    log,
    owner: randomUUID(),
    onParked: makeParkedNotes({
      want: (messages) => outbox.want(messages),
      ops: opsChannel(config),
      defaults: defaultChannels(config),
      clock,
      log,
    }),
  });
  return outbox;
}

/** The answers in progress, over the same table and outbox. */
export function wireLive(config: Config, platform: Platform, table: Table, outbox: Outbox): Live {
  return makeLive({
    outbox,
    store: makeLiveStore(table),
    clock: platform.systemClock,
    timers: systemTimers,
    settings: deliveryWith(config.file.delivery),
    log: platform.log,
    interrupted: interruptedCard(),
  });
}
