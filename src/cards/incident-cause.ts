import type { Findings, Incident, StopEvidence } from '../domain/incident.ts';
import { culpritOf, tellingLine } from '../domain/stop-evidence.ts';
import type { Block, Inline, Span } from './card.ts';
import { type ImageChange, imageChanges } from './image-name.ts';
import { beganMs, momentOf, sentence } from './incident-words.ts';
import { spansOf } from './inline.ts';
import { truncate } from './literal.ts';
import { plural } from './quantity.ts';

/** Whether taking the newest deployment back is what helps. */
export function isDeploymentCause(incident: Incident): boolean {
  const { cause, findings } = incident;
  if (DEPLOYMENT_CAUSES.has(cause)) return true;
  const { deployment, stops = [] } = findings ?? {};
  if (deployment?.from === undefined || deployment.from.revision === deployment.to.revision) return false;
  const sinceMs = beganMs(incident) - deployment.atMs;
  if (sinceMs < 0 || sinceMs > AFTER_DEPLOYMENT_MS) return false;
  const dies = stops.some((stop) => stop.revision === deployment.to.revision && hasFailed(stop));
  return START_CAUSES.test(cause) || dies;
}

/**
 * What most likely made it happen, with the last words of the task that died. Nothing where there is no evidence
 * beyond what the event said.
 */
export function likelyCause(incident: Incident, nowMs: number): Block[] {
  const { findings } = incident;
  if (findings === undefined) return [];
  const stop = causeStop(incident);
  const said: Inline[] = [
    ...(isDeploymentCause(incident) ? deploymentWords(findings.deployment, nowMs) : []),
    ...(stop === undefined ? [] : [stopSentence(stop, nowMs)]),
  ];
  const load = causeLoad(incident);
  const why = said.length > 0 || load === undefined ? said : [sentence(load, LONGEST_WHY)];
  if (why.length === 0) return [];
  const spans: Span[] = [{ kind: 'bold', text: 'Likely cause:' }];
  for (const each of why) spans.push(' ', ...spansOf(each));
  return [{ kind: 'text', text: spans }, ...lastWords(stop)];
}

/** The stop that the likely cause tells of: the newest that failed. */
export function causeStop({ findings }: Incident): StopEvidence | undefined {
  return findings?.stops?.find(hasFailed) ?? findings?.stops?.[0];
}

/** The health reason that the likely cause tells of, where nothing better is known and load can be what is wrong. */
export function causeLoad(incident: Incident): string | undefined {
  const { findings, cause } = incident;
  const isTold = isDeploymentCause(incident) && findings?.deployment !== undefined;
  if (isTold || causeStop(incident) !== undefined || NOT_BY_LOAD.test(cause)) return undefined;
  return findings?.health[0];
}

/** `app exited with code 137 (killed)`: the container that made the task stop, in words. */
export function stopWords(stop: StopEvidence): string {
  const { stopCode, reason } = stop;
  const culprit = culpritOf(stop);
  if (isEndedFromOutside(stop)) return outsideWords(stop);
  const why = culprit?.reason?.trim() ? `: ${truncate(culprit.reason.trim(), LONGEST_REASON)}` : '';
  if (culprit?.exitCode !== undefined) {
    const meaning = EXIT_MEANING[culprit.exitCode];
    return `${culprit.name} exited with code ${culprit.exitCode}${meaning ? ` (${meaning})` : ''}${why}`;
  }
  if (culprit !== undefined && why !== '') return `${culprit.name} did not run${why}`;
  const known = stopCode === undefined ? undefined : (STOP_MEANING[stopCode] ?? stopCode);
  return truncate(reason?.trim() || known || 'it stopped', LONGEST_REASON);
}

/** Its containers were asked to end, and killed where they did not: their exit codes say nothing. */
function isEndedFromOutside(stop: StopEvidence): boolean {
  const { stopCode = '' } = stop;
  const culprit = culpritOf(stop);
  const wasAsked = [undefined, 0, 137, 143].includes(culprit?.exitCode) && !culprit?.reason?.trim();
  return FROM_OUTSIDE.has(stopCode) && wasAsked;
}

/** AWS's own words where there are any: they name the health check, the person, the capacity. */
function outsideWords({ stopCode = '', reason }: StopEvidence): string {
  return truncate(reason?.trim() || STOP_MEANING[stopCode] || stopCode, LONGEST_REASON);
}

/** Whether the task ended because something was wrong, as far as it can be told. */
export function hasFailed({ stopCode, containers }: StopEvidence): boolean {
  if (stopCode === 'UserInitiated' || stopCode === 'ServiceSchedulerInitiated') {
    return containers.some(({ exitCode = 0 }) => exitCode !== 0 && exitCode !== 143 && exitCode !== 137);
  }
  return stopCode !== undefined || containers.some(({ exitCode = 0 }) => exitCode !== 0 && exitCode !== 143);
}

/** `checkout 1.41.0 → 1.42.0, agent added: 7`, with what is foreign as code; undefined where it is not known. */
export function whatChanged({ from, to }: NonNullable<Findings['deployment']>): Inline | undefined {
  if (from === undefined) return undefined;
  const changes = imageChanges(from.images, to.images);
  if (changes.length === 0)
    return from.revision === to.revision ? undefined : 'the same images, so other settings changed';
  const more = changes.length - MOST_IMAGES;
  return [
    ...changes
      .slice(0, MOST_IMAGES)
      .flatMap((change, at) => [...(at === 0 ? [] : [', ']), ...changeSpans(change)]),
    ...(more > 0 ? [` and ${plural(more, 'more image')}`] : []),
  ];
}

function changeSpans({ name, from, to }: ImageChange): readonly Span[] {
  const code = (text: string): Span => ({ kind: 'code', text });
  if (from === undefined) return [code(name), ' added: ', code(to ?? '')];
  if (to === undefined) return [code(name), ' taken out (was ', code(from), ')'];
  return [code(name), ' ', code(from), ' → ', code(to)];
}

function deploymentWords(deployment: Findings['deployment'], nowMs: number): Inline[] {
  if (deployment === undefined) return [];
  const changed = whatChanged(deployment);
  const { from, to } = deployment;
  const revisions =
    from === undefined || from.revision === to.revision
      ? `${to.revision}`
      : `${from.revision} → ${to.revision}`;
  return [
    [
      `revision ${revisions}, deployed `,
      momentOf(deployment.atMs, nowMs),
      ...(changed === undefined ? [] : [': ', ...spansOf(changed)]),
      '.',
    ],
  ];
}

function stopSentence(stop: StopEvidence, nowMs: number): Inline {
  return [
    'Task ',
    { kind: 'code', text: stop.taskId.slice(0, 8) },
    ' at ',
    momentOf(stop.atMs, nowMs),
    `: ${sentence(stopWords(stop), LONGEST_WHY)}`,
  ];
}

/** The last line that it logged: more often than not the error itself. */
function lastWords(stop: StopEvidence | undefined): Block[] {
  if (stop === undefined) return [];
  const culprit = culpritOf(stop);
  const line = [...(culprit === undefined ? [] : [culprit]), ...stop.containers]
    .map(({ lastLines = [] }) => tellingLine(lastLines))
    .find((each) => each !== undefined);
  return line === undefined ? [] : [{ kind: 'code', text: truncate(line.trim(), LONGEST_LINE) }];
}

const DEPLOYMENT_CAUSES = new Set(['SERVICE_DEPLOYMENT_FAILED', 'DECKHAND_DEPLOYMENT_STUCK']);
/** Tasks that do not come up, or not for long. */
const START_CAUSES = /TASK_START_IMPAIRED|TASK_CONFIGURATION_FAILURE|TASK_STOPPED|CRASH_LOOP/;
/** Whatever the load is: there is no room, a setting is wrong, an API is throttled, somebody is asked. */
const NOT_BY_LOAD = /PLACEMENT|CONFIGURATION|THROTTLED|DISCOVERY|CAPACITY|HOOK|SPOKE/;
/** What begins so soon after a new revision began with it. */
const AFTER_DEPLOYMENT_MS = 30 * 60 * 1000;
const MOST_IMAGES = 3;
const LONGEST_WHY = 300;
const LONGEST_REASON = 200;
const LONGEST_LINE = 300;

const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
  'UserInitiated',
  'InfrastructureHealth',
]);

/** 128 + the signal; 126 and 127 are the shell's (https://tldp.org/LDP/abs/html/exitcodes.html). */
const EXIT_MEANING: Readonly<Record<number, string>> = {
  126: 'cannot be executed',
  127: 'command not found',
  134: 'aborted',
  137: 'killed',
  139: 'segmentation fault',
  143: 'asked to stop',
};
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
const STOP_MEANING: Readonly<Record<string, string>> = {
  EssentialContainerExited: 'an essential container exited',
  TaskFailedToStart: 'it failed to start',
  ServiceSchedulerInitiated: 'ECS stopped it',
  SpotInterruption: 'its Spot capacity was taken back',
  TerminationNotice: 'its instance was about to end',
  UserInitiated: 'somebody stopped it',
  InfrastructureHealth: 'its host was unhealthy',
};
