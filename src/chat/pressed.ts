import type { Action } from '../actions/perform.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import type { Asking } from '../commands/index.ts';
import { type GrantTarget } from '../domain/access.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { Deed, Incident } from '../domain/incident.ts';
import { type PeopleFinders, whoIsMeant } from './who.ts';

/** Buttons that do something at once, as the same words would. */
export type HandPayload = Extract<ButtonPayload, { do: 'deed' | 'mute' | 'unmute' | 'remute' }>;

export interface PressedDeps {
  readonly incidents: { byId(id: string): Promise<Incident | undefined> };
  readonly finders?: PeopleFinders;
}

/** What such a button means. @throws BadRequest, NotFound */
export async function pressed(payload: HandPayload, asking: Asking, deps: PressedDeps): Promise<Action> {
  const { prefix } = asking;
  switch (payload.do) {
    case 'deed': {
      const { incident, held } = payload;
      const deed = await deedOf(payload, asking, deps.finders ?? {});
      return { kind: 'deed', deed, incident, prefix, ...(held === undefined ? {} : { held }) };
    }
    case 'mute': {
      const incident = await deps.incidents.byId(payload.incident);
      if (incident === undefined)
        throw new NotFound('I do not know this incident any more. Nothing changed.');
      return { kind: 'mute', place: incident.target, end: { forMs: payload.forMs }, prefix };
    }
    case 'unmute':
      return { kind: 'unmute', place: placeOf(payload.on), prefix };
    case 'remute':
      return { kind: 'mute', place: placeOf(payload.on), end: { untilMs: payload.untilMs }, prefix };
  }
}

async function deedOf(
  { kind, to }: Extract<HandPayload, { do: 'deed' }>,
  asking: Asking,
  finders: PeopleFinders,
): Promise<Deed> {
  if (kind !== 'assign') return { kind };
  if (to === undefined) throw new BadRequest('This button does not say to whom. Nothing changed.');
  return { kind, to: await whoIsMeant(to, asking, finders) };
}

function placeOf(on: string): GrantTarget {
  const [account, cluster, service] = on.split('/').map((part) => (part === '*' ? undefined : part));
  return {
    ...(account === undefined ? {} : { account }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
}
