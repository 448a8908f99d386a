import type { Incident } from '../domain/incident.ts';
import type { Block, Button } from './card.ts';
import { isDeploymentCause } from './incident-cause.ts';
import { commonCluster, isGroup } from './incident-members.ts';
import { consoleUrl, intentAbout } from './place.ts';

export interface IncidentButtonOptions {
  readonly nowMs: number;
  /** Where to read what to do, when the findings do not say. */
  readonly runbookUrl?: string;
  /** The noise is held until then. */
  readonly mutedUntilMs?: number;
}

/**
 * What helps, most used first: answer the hook, take it, undo the deployment or scale, look, mute; then pages to read.
 * At most six where nothing waits for an answer, as Teams shows them in one row.
 */
export function incidentButtons(incident: Incident, options: IncidentButtonOptions): Block[] {
  const live = incident.state !== 'resolved';
  // A test offers nothing that could change the service it names.
  if (incident.isTest) return live ? row(takeButton(incident)) : [];
  const isOne = !isGroup(incident);
  const buttons = [
    ...(live ? hookButtons(incident, options.nowMs) : []),
    ...(live ? takeButton(incident) : []),
    ...(live && isOne ? remedyButtons(incident) : []),
    ...(live && isOne ? detailsButton(incident) : []),
    ...(live ? muteButton(incident, options) : []),
    ...pages(incident, options),
  ];
  return row(buttons);
}

function row(buttons: readonly Button[]): Block[] {
  return buttons.length === 0 ? [] : [{ kind: 'actions', buttons }];
}

/** Whether somebody's answer can still count. */
export function isHookWaiting({ hook, state }: Incident, nowMs: number): boolean {
  return hook !== undefined && state !== 'resolved' && (hook.expiresAtMs ?? Number.POSITIVE_INFINITY) > nowMs;
}

/** The button that takes an incident which nobody has. */
export function takeButton({ id, state, acknowledged }: Incident): Button[] {
  if (state !== 'open' || acknowledged !== undefined) return [];
  return [{ kind: 'press', label: 'Acknowledge', style: 'primary', payload: { do: 'ack', incident: id } }];
}

function hookButtons(incident: Incident, nowMs: number): Button[] {
  if (!isHookWaiting(incident, nowMs)) return [];
  const payload = (answer: 'CONTINUE' | 'ROLLBACK') =>
    ({ do: 'hook', incident: incident.id, answer }) as const;
  return [
    { kind: 'press', label: 'Continue', payload: payload('CONTINUE') },
    { kind: 'press', label: 'Roll back', style: 'danger', payload: payload('ROLLBACK') },
  ];
}

/** Whether a button of it does what helps. */
export function offersRemedy(incident: Incident): boolean {
  return !isGroup(incident) && remedyButtons(incident).length > 0;
}

/** Both propose: from, to and cost are shown, and somebody with the right confirms. */
function remedyButtons(incident: Incident): Button[] {
  const { service, cluster, account, region } = incident.target;
  if (service === undefined || cluster === undefined || incident.hook !== undefined) return [];
  const ref = { service, cluster, account, region };
  if (isDeploymentCause(incident))
    return [
      {
        kind: 'press',
        label: 'Roll back',
        style: 'danger',
        payload: { do: 'run', intent: intentAbout('rollback', ref) },
      },
    ];
  const count = incident.findings?.suggestedCount;
  if (count === undefined) return [];
  const intent = { ...intentAbout('scale', ref), count };
  return [{ kind: 'press', label: `Scale to ${count}`, payload: { do: 'run', intent } }];
}

function detailsButton({ target: { service, cluster, account, region } }: Incident): Button[] {
  if (service === undefined || cluster === undefined) return [];
  const intent = intentAbout('service', { service, cluster, account, region });
  return [{ kind: 'press', label: 'Details', payload: { do: 'run', intent } }];
}

function muteButton(incident: Incident, { nowMs, mutedUntilMs = 0 }: IncidentButtonOptions): Button[] {
  if (mutedUntilMs > nowMs || isHookWaiting(incident, nowMs)) return [];
  return [
    { kind: 'press', label: 'Mute 1 h', payload: { do: 'mute', incident: incident.id, forMs: MUTE_MS } },
  ];
}

/** The runbook only while something is to be done; of a group the page of its cluster. */
function pages(incident: Incident, { runbookUrl }: IncidentButtonOptions): Button[] {
  const { target, findings, state } = incident;
  const runbook = state === 'resolved' ? undefined : (findings?.runbookUrl ?? runbookUrl);
  const place = isGroup(incident) ? commonCluster(incident) : target;
  const console = place === undefined ? undefined : consoleUrl(place);
  return [
    ...(runbook === undefined ? [] : [{ kind: 'link' as const, label: 'Runbook', url: runbook }]),
    ...(console === undefined ? [] : [{ kind: 'link' as const, label: 'AWS console', url: console }]),
  ];
}

const MUTE_MS = 60 * 60 * 1000;
