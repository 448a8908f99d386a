import type { IncidentFact } from '../domain/incident.ts';
import { type CatalogueEntry, catalogueEntry } from './catalogue.ts';
import { isFailingStop } from './failing-stop.ts';
import type { IncidentEvent, StoppedTask } from './incident-event.ts';
import { withoutIds, withoutNumbers } from './reason-text.ts';

export { isFailingStop } from './failing-stop.ts';
export { reasonKey } from './reason-key.ts';

/** What an event adds to the story of its incident. Reasons are AWS's own words and stay untrusted text. */
export function factOf(
  event: IncidentEvent,
  entry: CatalogueEntry = catalogueEntry(event.name, event.level),
): IncidentFact {
  const { text, detail, kind } = tellingOf(event, entry);
  return {
    key: event.fingerprint,
    atMs: event.atMs,
    text,
    kind,
    ...(detail !== undefined && detail !== '' && { detail }),
  };
}

/**
 * What makes two events the same fact, which is told once: what happened and the reason, without what differs from
 * one repetition to the next (ids, numbers, moments, addresses). For stops also how each container ended.
 */
export function signatureOf(event: IncidentEvent): string {
  const { name, source, subject, task, caller, reason } = event;
  if (source === 'cloudtrail') {
    // Each change by hand is told, but a task is a task: ten stopped in a row are one fact.
    const isAboutATask = /^API_(Stop|Run|Start)Task$/.test(name);
    return JSON.stringify([name, caller?.name, caller?.through, isAboutATask ? '' : event.fingerprint]);
  }
  if (task === undefined) return JSON.stringify([name, subject, normal(reason)]);
  const ends = task.containers.map((one) => [one.name, one.exitCode, normal(one.reason)]);
  return JSON.stringify([name, task.stopCode, normal(task.stoppedReason), ends]);
}

function normal(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : withoutNumbers(withoutIds(reason)).toLowerCase();
}

type Telling = Pick<IncidentFact, 'text' | 'kind'> & { readonly detail: string | undefined };

function tellingOf(event: IncidentEvent, entry: CatalogueEntry): Telling {
  const { task, caller, subject, source } = event;
  if (task !== undefined) return stopTelling(task);
  if (caller !== undefined) return callTelling(event, caller);
  if (source === 'alarm' && subject !== undefined) return alarmTelling(event, entry, subject);
  // That its subject is over is good news, unless it ended badly.
  const isRelief = event.ends && !/_(FAILED|TIMED_OUT)$/.test(event.name);
  return { text: entry.title, kind: isRelief ? 'better' : KIND[entry.effect], detail: event.reason };
}

const KIND: Readonly<Record<CatalogueEntry['effect'], IncidentFact['kind']>> = {
  failure: 'worse',
  recovery: 'better',
  context: 'neutral',
  quiet: 'neutral',
};

function stopTelling(task: StoppedTask): Telling {
  const details = [task.stoppedReason, ...task.containers.map(containerLine)];
  return {
    text: `Task ${task.id.slice(0, 8)} stopped`,
    kind: isFailingStop(task) ? 'worse' : 'neutral',
    detail: details.filter((line) => line !== undefined && line !== '').join('; '),
  };
}

function containerLine(container: StoppedTask['containers'][number]): string | undefined {
  const exit = container.exitCode === undefined ? undefined : `exit code ${container.exitCode}`;
  const parts = [exit, container.reason].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `${container.name}: ${parts.join(', ')}`;
}

/** `Service changed by olivia in the console`, `Service changed through Deckhand`. */
function callTelling(event: IncidentEvent, caller: NonNullable<IncidentEvent['caller']>): Telling {
  const how = `${caller.through === 'the console' ? 'in' : 'through'} ${caller.through}`;
  // Of its own calls only an id of the person is known; who it was stands in the thread and in the audit.
  const by = caller.through === 'Deckhand' ? how : `by ${caller.name} ${how}`;
  const did = DONE[event.name] ?? `${event.name.slice('API_'.length)} called`;
  const text = event.level === 'info' ? `${did} ${by}` : `${event.name.slice('API_'.length)} tried ${by}`;
  return { text, kind: 'neutral', detail: event.reason };
}

const DONE: Readonly<Record<string, string>> = {
  API_UpdateService: 'Service changed',
  API_CreateService: 'Service created',
  API_DeleteService: 'Service deleted',
  API_StopTask: 'Task stopped',
  API_UpdateServicePrimaryTaskSet: 'Primary task set changed',
  API_PutClusterCapacityProviders: 'Capacity providers changed',
  API_ContinueServiceDeployment: 'Deployment hook answered',
};

/** Of alarms only the name tells one from another: `Alarm web-slow (TargetResponseTime)`. */
export function alarmTitle({ source, subject, metric, ends }: IncidentEvent): string | undefined {
  if (source !== 'alarm' || subject === undefined) return undefined;
  const name = `Alarm ${subject.slice(0, LONGEST_ALARM)}`;
  if (ends) return `${name} is OK again`;
  return metric === undefined ? name : `${name} (${metric})`;
}

/** CloudWatch allows 255 characters. */
const LONGEST_ALARM = 80;

function alarmTelling(event: IncidentEvent, entry: CatalogueEntry, alarm: string): Telling {
  if (event.ends) return { text: `Alarm ${alarm} is over`, kind: 'better', detail: event.reason };
  const isOn = entry.effect === 'failure';
  return {
    text: isOn ? (alarmTitle(event) ?? entry.title) : `${entry.title}: ${alarm}`,
    kind: KIND[entry.effect],
    detail: event.reason,
  };
}
