import { type CatalogueEntry, context, failure, GUIDE, LOOK, quiet } from './catalogue-entry.ts';
import { OWN_ENTRIES } from './catalogue-own.ts';
import { PART_ENTRIES } from './catalogue-parts.ts';
import { SERVICE_ENTRIES } from './catalogue-service.ts';

export type { CatalogueEntry } from './catalogue-entry.ts';

/** Every name with an entry of its own, in the order of the runbook page. */
const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  ...SERVICE_ENTRIES,
  ...PART_ENTRIES,
  ...OWN_ENTRIES,
};

/**
 * The entry of an event. What ECS has not documented yet is told all the same: an error as an alert of high
 * severity, a warning of medium, anything else within an incident that is open.
 */
export function catalogueEntry(name: string, level: 'info' | 'warn' | 'error'): CatalogueEntry {
  const grave = level === 'info' ? undefined : own(WHEN_GRAVE, name);
  const known = grave ?? own(CATALOGUE, name);
  if (known !== undefined) return known;
  if (name.startsWith('API_')) return unknownCall(name);
  if (level !== 'info') return unknownFailure(name, level);
  // Task and instance states come and go by the hundred.
  return /^(TASK|CONTAINER_INSTANCE)_/.test(name) ? quiet(unknownNews(name)) : context(unknownNews(name));
}

/** The names that have an entry of their own, for tests and the runbook page. */
export const CATALOGUE_NAMES: readonly string[] = Object.keys(CATALOGUE);

/**
 * What is news as an answer of a person is a failure where ECS calls it an error: a hook's function that failed.
 */
const WHEN_GRAVE: Readonly<Record<string, CatalogueEntry>> = {
  HOOK_FAILED: hookFailure(
    'Deployment hook failed',
    'The function of a hook failed: the deployment is rolled back.',
  ),
  HOOK_TIMED_OUT: hookFailure(
    'Deployment hook gave no answer',
    'The function of a hook did not end in time.',
  ),
};

function hookFailure(title: string, meaning: string): CatalogueEntry {
  return failure('medium', {
    title,
    meaning,
    causes: ['The check of the new revision found a fault.', 'The function of the hook itself is broken.'],
    impact: 'The change is not live; the old revision keeps serving.',
    remedy: [
      { text: 'Read the log of the function that the hook calls.' },
      { text: 'See the state of the deployment.', command: 'service {service}' },
    ],
    source: `${GUIDE}/ecs_hook_state_change_events.html`,
  });
}

function unknownFailure(name: string, level: 'warn' | 'error'): CatalogueEntry {
  return failure(level === 'error' ? 'high' : 'medium', {
    title: titleOf(name),
    meaning: 'ECS reported a problem of a kind that I do not know yet.',
    causes: ['The reason that ECS gives tells more, where there is one.', 'A new kind of event.'],
    impact: 'Unknown: look at the service.',
    remedy: [LOOK, { text: 'Look the name up in the ECS documentation.' }],
  });
}

function unknownNews(name: string) {
  return { title: titleOf(name), meaning: 'ECS sent a notice that I do not know yet.' };
}

function unknownCall(name: string): CatalogueEntry {
  const call = name.slice('API_'.length);
  return context({
    title: `${call} was called`,
    meaning: 'Somebody changed something in ECS.',
    source: `${GUIDE}/logging-using-cloudtrail.html`,
  });
}

/** `SERVICE_NEW_TROUBLE` → `Service new trouble`. */
function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase().replaceAll('_', ' ');
}

function own<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}
