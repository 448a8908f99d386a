import { METRIC_NAMES, type Problem } from './arguments.ts';
import { badValue, type Correction, missing, type Place } from './corrections.ts';
import { nearestWord } from './edit-distance.ts';
import { printIntent } from './print.ts';
import { zoneNames } from './time-words.ts';

/** What to say about an argument that is missing or makes no sense. */
export function problemCorrection(at: Place, problem: Exclude<Problem, { kind: 'sentence' }>): Correction {
  return problem.kind === 'missing' ? missingArgument(at, problem.what) : badArgument(at, problem);
}

function missingArgument(at: Place, what: (Problem & { kind: 'missing' })['what']): Correction {
  const { understood } = at;
  const named = understood.service !== undefined;
  switch (what) {
    case 'count':
      return missing(
        at,
        'a count',
        named
          ? [{ count: 'suggested' as const }, { delta: 1 }].map((more) =>
              printIntent({ ...understood, ...more }),
            )
          : [],
      );
    case 'duration':
      return missing(
        at,
        'a length of time',
        named ? [printIntent({ ...understood, durationMs: 7_200_000 })] : [],
      );
    case 'user':
      return missing(at, 'a person, with @', [printIntent({ ...understood, user: 'me' })]);
    case 'task':
      return missing(
        at,
        "a task's id",
        named ? [printIntent({ command: 'service', service: understood.service ?? '' })] : [],
      );
    case 'cron':
      return missing(at, 'a time in five cron fields', ['digest schedule "0 9 * * 1-5"']);
    default:
      return what satisfies never;
  }
}

function badArgument(at: Place, problem: Problem & { kind: 'bad' }): Correction {
  const { said, what } = problem;
  const { understood } = at;
  switch (what) {
    case 'count':
      return badValue(
        at,
        said,
        `"${said}" is no count: say a whole number such as 4, +2 or -2, or suggested.`,
        [printIntent({ ...understood, count: 'suggested' })],
      );
    case 'duration':
      return badValue(at, said, `"${said}" is no length of time: say 90m, 2h, 1h30m or 2d.`, [
        printIntent({ ...understood, durationMs: 7_200_000 }),
      ]);
    case 'task':
      return badValue(
        at,
        said,
        `"${said}" is no task: \`stop\` takes the id of one task, which \`service NAME\` lists.`,
      );
    case 'cron':
      return badValue(
        at,
        said,
        `"${said}" is no schedule: say five cron fields (minute, hour, day, month, weekday), such as "0 9 * * 1-5".`,
        ['digest schedule "0 9 * * 1-5" Europe/Amsterdam'],
      );
    case 'metric': {
      const metric = nearestWord(said, METRIC_NAMES) ?? 'cpu';
      return badValue(at, said, `"${said}" is no metric. Did you mean ${metric}?`, [
        printIntent({ ...understood, metric }),
      ]);
    }
    case 'zone': {
      const near = nearestWord(said, zoneNames());
      const hint = near === undefined ? 'Say it as Europe/Amsterdam.' : `Did you mean ${near}?`;
      const again = near === undefined ? [] : [printIntent({ ...understood, zone: near })];
      return badValue(at, said, `I know no time zone "${said}". ${hint}`, again);
    }
    default:
      return what satisfies never;
  }
}
