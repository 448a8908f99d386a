import { GRANT_ACTIONS, type GrantAction } from '../domain/access.ts';
import { BadRequest } from '../domain/errors.ts';
import { type Person, personKey } from '../domain/person.ts';

/** What somebody typed behind `grants add`. */
export interface GrantWords {
  readonly who: string;
  readonly on: string;
  readonly actions: readonly GrantAction[];
  readonly untilMs?: number;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * `@olivia production/shop/* scale,redeploy`, optionally `for 2h` or `until 2026-12-31T18:00:00Z`.
 * @throws BadRequest that says which word is not understood, with an example.
 */
export function readGrant(text: string, asker: Person, nowMs: number): GrantWords {
  const words = text.trim().split(/\s+/);
  const [who = '', on = '', ...rest] = words[0] === '' ? [] : words;
  if (who === '' || on === '' || rest.length === 0) {
    throw new BadRequest(
      'Who may do what where? For example `grants add @olivia production/shop/* scale,redeploy` or `grants add @olivia */shop/orders-api scale for 2h`.',
    );
  }
  const at = rest.findIndex((word) => /^(for|until)$/i.test(word));
  const untilMs = at < 0 ? undefined : readEnd(rest.slice(at), nowMs);
  return {
    who: readWho(who, asker),
    on: readPattern(on),
    actions: readActions(at < 0 ? rest : rest.slice(0, at)),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

/** `<@U012AB3CD|olivia>`, `<!subteam^S0614|@ops>`, `slack:U…`, `teams:…`, `me`. @throws BadRequest */
export function readWho(word: string, asker: Person): string {
  if (/^me$/i.test(word)) return personKey(asker);
  const person = /^<@([UW][A-Z0-9]+)(\|[^>]*)?>$/.exec(word)?.[1];
  if (person !== undefined) return `slack:${person}`;
  const group = /^<!subteam\^(S[A-Z0-9]+)(\|[^>]*)?>$/.exec(word)?.[1];
  if (group !== undefined) return `slack:${group}`;
  if (/^(slack|teams):[^\s:]+$/.test(word)) return word;
  throw new BadRequest(
    `I cannot tell who ${word} is. Mention them with @ in Slack, or write \`slack:U012AB3CD\` or \`teams:\` and the object id from Entra.`,
  );
}

function readPattern(word: string): string {
  const parts = word.split('/');
  if (parts.length > 3 || parts.some((part) => part === '')) {
    throw new BadRequest(
      `${word} is no place. Write account/cluster/service with * for anything, for example \`production/shop/*\`.`,
    );
  }
  return word;
}

function readActions(words: readonly string[]): readonly GrantAction[] {
  const said = words
    .flatMap((word) => word.toLowerCase().split(','))
    .filter((word) => word !== '' && word !== 'and');
  const unknown = said.find((word) => !isAction(word));
  if (unknown !== undefined || said.length === 0) {
    throw new BadRequest(
      `${unknown === undefined ? 'What may they do?' : `${unknown} is nothing that can be granted.`} There is: ${GRANT_ACTIONS.join(', ')}.`,
    );
  }
  return [...new Set(said.filter(isAction))];
}

function isAction(word: string): word is GrantAction {
  return GRANT_ACTIONS.some((action) => action === word);
}

function readEnd([word, ...rest]: readonly string[], nowMs: number): number {
  const value = rest.join(' ');
  const [, count, unit] = /^(\d+)\s*([mhdw])/i.exec(value) ?? [];
  const ms =
    word?.toLowerCase() === 'for'
      ? nowMs + Number(count) * (UNIT_MS[(unit ?? '').toLowerCase()] ?? Number.NaN)
      : Date.parse(value);
  if (Number.isFinite(ms) && ms > nowMs) return ms;
  throw new BadRequest(
    `I cannot tell until when: ${value || 'nothing was said'}. Write \`for 2h\` or \`until 2026-12-31T18:00:00Z\`, in the future.`,
  );
}
