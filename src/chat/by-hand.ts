import type { MuteAction, UnmuteAction } from '../actions/mutes.ts';
import { typed } from '../cards/typed.ts';
import type { Asking } from '../commands/index.ts';
import { BadRequest } from '../domain/errors.ts';
import { inScope } from '../domain/fleet.ts';
import type { Deed } from '../domain/incident.ts';
import type { Command, Intent } from '../domain/intent.ts';
import type { Names } from './understand.ts';
import { type PeopleFinders, whoIsMeant } from './who.ts';

const DEEDS = ['ack', 'release', 'assign', 'note', 'resolve'] as const satisfies readonly Command[];

type DeedIntent = Intent & { readonly command: (typeof DEEDS)[number] };

/** Whether somebody wants to do something to an incident. */
export function isDeedIntent(intent: Intent): intent is DeedIntent {
  return DEEDS.some((command) => command === intent.command);
}

/** Whether the place that is named stands for its incident. */
export function isAboutIncident(intent: Intent): boolean {
  return isDeedIntent(intent) || (intent.command === 'alerts' && intent.action === 'timeline');
}

/** @throws BadRequest, NotFound when it is not clear who is meant */
export async function deedOf(intent: DeedIntent, asking: Asking, finders: PeopleFinders): Promise<Deed> {
  switch (intent.command) {
    case 'ack':
    case 'release':
    case 'resolve':
      return { kind: intent.command };
    case 'note':
      return { kind: 'note', text: intent.text ?? '' };
    case 'assign':
      if (intent.user === undefined) {
        const example = typed(asking.prefix, 'assign #12 @olivia');
        throw new BadRequest(`To whom? Write \`${example}\`, or \`me\`. Nothing changed.`);
      }
      return { kind: 'assign', to: await whoIsMeant(intent.user, asking, finders) };
  }
}

/**
 * A mute is about a place in all of its regions. A service that was named alone is the one of that name.
 * @throws BadRequest for what no mute can say
 */
export function muteOf(
  intent: Intent,
  { prefix }: Asking,
  names: Names | undefined,
): MuteAction | UnmuteAction | undefined {
  const { command, action, region, service, durationMs } = intent;
  if ((command !== 'mute' && command !== 'unmute') || action !== undefined) return undefined;
  if (region !== undefined && service === undefined) {
    throw new BadRequest(
      'A mute is for a service, a cluster or an account, in all of its regions: leave the region out. Nothing changed.',
    );
  }
  const place = { ...placeOf(intent), ...(service === undefined ? {} : only(intent, names)) };
  if (command === 'unmute') return { kind: 'unmute', place, prefix };
  if (durationMs === undefined) {
    throw new BadRequest(`For how long? Write \`${typed(prefix, 'mute NAME 2h')}\`. Nothing changed.`);
  }
  return { kind: 'mute', place, end: { forMs: durationMs }, prefix };
}

function placeOf({ account, cluster, service }: Intent) {
  return {
    ...(account === undefined ? {} : { account }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
}

function only(intent: Intent, names: Names | undefined) {
  const [one, another] = names?.refs.filter((ref) => inScope(ref, intent)) ?? [];
  return one === undefined || another !== undefined ? {} : placeOf({ command: 'mute', ...one });
}
