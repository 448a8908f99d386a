import type {
  Health,
  ScalingBounds,
  ScalingPolicy,
  Series,
  ServiceMetrics,
  ServiceSnapshot,
} from '../domain/fleet.ts';
import type { Block } from './card.ts';
import { formatLatency, formatPercent } from './quantity.ts';

/** Why the service is in this health; nothing when it is good and there is nothing to add. */
export function healthBlocks({
  health,
  reasons,
}: {
  readonly health: Health;
  readonly reasons: readonly string[];
}): Block[] {
  if (reasons.length > 0) return [{ kind: 'list', items: reasons.map((text) => ({ mark: health, text })) }];
  return health === 'good' ? [] : [{ kind: 'text', text: `Health: ${health}.` }];
}

/** `CPU 91 % · memory 62 % · 1.2 s`: the newest point of each series. */
export function usageText(metrics: ServiceMetrics): string | undefined {
  const parts = [
    said('CPU', newest(metrics.cpuPercent), formatPercent),
    said('memory', newest(metrics.memoryPercent), formatPercent),
    said('response', newest(metrics.responseTimeMs), formatLatency),
    said('5XX', newest(metrics.http5xx), (count) => `${Math.round(count)} in 5 min`),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}

/** `2 to 10 tasks · CPU to 70 %`. */
export function scalingText(
  scaling: ScalingBounds | null | undefined,
  service: ServiceSnapshot,
): string | undefined {
  if (scaling === undefined) return undefined;
  if (scaling === null) return service.strategy === 'DAEMON' ? undefined : 'fixed count, no policy';
  return [`${scaling.min} to ${scaling.max} tasks`, ...scaling.policies.map(policyText)].join(' · ');
}

function policyText({ name, kind, metric, target }: ScalingPolicy): string {
  if (kind !== 'target_tracking' || target === undefined) return kind === 'step' ? `steps: ${name}` : name;
  if (metric === 'cpu') return `CPU to ${formatPercent(target)}`;
  if (metric === 'memory') return `memory to ${formatPercent(target)}`;
  return metric === 'requests' ? `${Math.round(target)} requests per target` : `${name} to ${target}`;
}

function newest(series: Series | undefined): number | undefined {
  return series?.points.at(-1)?.value;
}

function said(
  label: string,
  value: number | undefined,
  format: (value: number) => string,
): string | undefined {
  return value === undefined ? undefined : `${label} ${format(value)}`;
}
