import { BadRequest } from '../domain/errors.ts';
import { SEVERITIES, type Severity } from '../domain/incident.ts';
import type { EscalationStep, QuietHours, Route } from '../domain/route.ts';
import { routeSchema } from '../domain/route-schema.ts';
import { WEEKDAYS } from '../domain/zone-time.ts';
import { parseDuration } from '../intent/time-words.ts';
import type { Asking } from './command.ts';
import { readWho } from './grant-words.ts';

const EXAMPLES =
  '`routes add production/* high here`, or with more `routes add production/*/checkout* high here quiet 22:00-07:00 Europe/Amsterdam remind 15m escalate 20m @olivia`';
/** What Slack's clients put into a name that was copied from a message. */
const INVISIBLE = /[\u200b\u2060\ufeff]/g;
const CLAUSES = ['quiet', 'remind', 'escalate', 'runbook'] as const;

/** What somebody typed behind `routes add`. @throws BadRequest that names the word and what was expected */
export function readRoute(text: string, asking: Asking): Omit<Route, 'id'> {
  const words = text.replace(INVISIBLE, '').trim().split(/\s+/).filter(Boolean);
  const firstClause = words.findIndex(isClause);
  const head = firstClause < 0 ? words : words.slice(0, firstClause);
  const clauses = firstClause < 0 ? [] : splitClauses(words.slice(firstClause));
  const route = { ...readHead(head, asking), ...clausesOf(clauses, asking) };
  const parsed = routeSchema.safeParse(route);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadRequest(
    `${issue?.path.join('.') ?? 'The route'}: ${issue?.message ?? 'it is not understood'}. For example ${EXAMPLES}.`,
  );
}

/** `here`, `<#C012AB3CD|ops>`, `slack:C012AB3CD`, `teams:19:…`; undefined where it is none. */
export function readChannel(word: string, { channel, person }: Asking): string | undefined {
  if (/^here$/i.test(word)) {
    if (channel === undefined)
      throw new BadRequest(
        'There is no channel here: write `slack:C012AB3CD` or `teams:` and the conversation.',
      );
    return `${person.platform}:${channel}`;
  }
  const slack = /^<#([CGD][A-Z0-9]+)(\|[^>]*)?>$/.exec(word)?.[1];
  if (slack !== undefined) return `slack:${slack}`;
  return /^(slack:[CGD][A-Z0-9]+|teams:\S+)$/.test(word) ? word : undefined;
}

/** `high`, in any case; undefined where it is none. */
export function readSeverity(word: string | undefined): Severity | undefined {
  return SEVERITIES.find((severity) => severity === word?.toLowerCase());
}

/** The place first, then severity and channel in either order. */
function readHead(
  words: readonly string[],
  asking: Asking,
): Pick<Route, 'match' | 'to'> & { severity?: Severity } {
  const [match, ...rest] = words;
  if (match === undefined || rest.length === 0) {
    throw new BadRequest(`Which place, from which severity on, to which channel? For example ${EXAMPLES}.`);
  }
  let severity: Severity | undefined;
  let to: string | undefined;
  for (const word of rest) {
    const asSeverity = readSeverity(word);
    const asChannel = asSeverity === undefined ? readChannel(word, asking) : undefined;
    if (asSeverity === undefined && asChannel === undefined) throw new BadRequest(notUnderstood(word));
    severity = asSeverity ?? severity;
    to = asChannel ?? to;
  }
  if (to === undefined)
    throw new BadRequest(`To which channel? \`here\` is this one. For example ${EXAMPLES}.`);
  return { match, to, ...(severity === undefined ? {} : { severity }) };
}

function notUnderstood(word: string): string {
  if (word.startsWith('#')) {
    return `I cannot tell which channel ${word} is: choose it from the list that Slack offers while you type, write \`slack:C012AB3CD\`, or say it there with \`here\`.`;
  }
  return `${word} is neither a severity (${SEVERITIES.join(', ')}) nor a channel. For example ${EXAMPLES}.`;
}

interface Clause {
  readonly name: (typeof CLAUSES)[number];
  readonly words: readonly string[];
}

function isClause(word: string): boolean {
  return CLAUSES.some((name) => name === word.toLowerCase());
}

function splitClauses(words: readonly string[]): readonly Clause[] {
  const clauses: { name: Clause['name']; words: string[] }[] = [];
  for (const word of words) {
    const name = CLAUSES.find((each) => each === word.toLowerCase());
    if (name !== undefined) clauses.push({ name, words: [] });
    else clauses.at(-1)?.words.push(word);
  }
  return clauses;
}

function clausesOf(clauses: readonly Clause[], asking: Asking): Partial<Route> {
  const only = (name: Clause['name']): readonly string[] | undefined => {
    const found = clauses.filter((clause) => clause.name === name);
    if (found.length > 1) throw new BadRequest(`\`${name}\` stands there twice: once is enough.`);
    return found[0]?.words;
  };
  const quiet = only('quiet');
  const remind = only('remind');
  const runbook = only('runbook');
  const steps = clauses.filter(({ name }) => name === 'escalate');
  const isNever = steps.length === 1 && steps[0]?.words.join(' ').toLowerCase() === 'never';
  return {
    ...(quiet === undefined ? {} : { quiet: readQuiet(quiet) }),
    ...(remind === undefined ? {} : { remindMinutes: readRemind(remind) }),
    ...(runbook === undefined ? {} : { runbook: readAddress(runbook) }),
    ...(steps.length === 0
      ? {}
      : { escalate: isNever ? [] : steps.map(({ words }) => readStep(words, asking)) }),
  };
}

/** `22:00-07:00 Europe/Amsterdam`, then perhaps `on sat,sun` and `except high`. */
function readQuiet(words: readonly string[]): QuietHours {
  const said = words.join(' ');
  const [, from, to, zone, days, through] =
    /^(\S+?)\s*(?:-|–|to)\s*(\S+) (\S+)(?: on ([a-z, ]+?))?(?: except (\w+))?$/i.exec(said) ?? [];
  if (from === undefined || to === undefined || zone === undefined) {
    throw new BadRequest(
      `I cannot tell when it is quiet: ${said || 'nothing was said'}. Write \`quiet 22:00-07:00 Europe/Amsterdam\`, perhaps with \`on sat,sun\` or \`except high\`.`,
    );
  }
  const letThrough = through?.toLowerCase() === 'none' ? 'none' : (readSeverity(through) ?? 'critical');
  if (through !== undefined && letThrough === 'critical' && through.toLowerCase() !== 'critical')
    throw new BadRequest(`${through} is no severity: write one of ${SEVERITIES.join(', ')}, or none.`);
  return {
    from: from.padStart(5, '0'),
    to: to.padStart(5, '0'),
    zone,
    letThrough,
    ...(days === undefined ? {} : { days: readDays(days) }),
  };
}

function readDays(said: string): NonNullable<QuietHours['days']> {
  return said
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '' && word !== 'and')
    .map((word) => {
      const day = WEEKDAYS.find((each) => word.slice(0, 3) === each);
      if (day === undefined) throw new BadRequest(`${word} is no day: write ${WEEKDAYS.join(', ')}.`);
      return day;
    });
}

function readRemind(words: readonly string[]): number {
  const said = words.join(' ').replace(/^every /i, '');
  return /^never$/i.test(said) ? 0 : minutesOf(said, 'remind 15m');
}

/** `20m @olivia slack:C2 pagerduty:PAGERDUTY_KEY`; alone: in the same channel. */
function readStep(words: readonly string[], asking: Asking): EscalationStep {
  const [after = '', ...whom] = words.filter((word) => !/^(after|to|and)$/i.test(word));
  const step: { -readonly [K in keyof EscalationStep]: EscalationStep[K] } = {
    afterMinutes: minutesOf(after, 'escalate 20m @olivia'),
  };
  const mention: string[] = [];
  for (const word of whom.flatMap((each) => each.split(',')).filter(Boolean)) {
    const channel = readChannel(word, asking);
    const keyEnv = /^pagerduty:(\S*)$/i.exec(word)?.[1];
    if (keyEnv !== undefined) step.pagerDuty = { keyEnv: readKeyName(keyEnv) };
    else if (channel !== undefined && !isTeamsPerson(word)) step.to = channel;
    else mention.push(readWho(word, asking.person));
  }
  return mention.length === 0 ? step : { ...step, mention };
}

/** Both are written `teams:…`; a conversation's id has a colon or an @ in it, a person's has none. */
function isTeamsPerson(word: string): boolean {
  return /^teams:[^\s:@]+$/.test(word);
}

/** In chat anybody who administers could otherwise have any variable sent out. */
function readKeyName(name: string): string {
  if (/^PAGERDUTY[A-Z0-9_]*$/.test(name)) return name;
  throw new BadRequest(
    'Keys are never typed into chat: put the routing key into an environment variable whose name begins with PAGERDUTY, and write `pagerduty:PAGERDUTY_KEY`.',
  );
}

function readAddress(words: readonly string[]): string {
  const said = words.join(' ');
  return /^<([^|>]+)(\|[^>]*)?>$/.exec(said)?.[1] ?? said;
}

function minutesOf(said: string, example: string): number {
  const ms = parseDuration(said);
  if (ms === undefined || ms < 60_000)
    throw new BadRequest(`${said || 'Nothing'} is no length of time: write \`${example}\`.`);
  return ms / 60_000;
}
