/** From when on a service is `warning` or `critical`. All are settings; a value at the threshold counts as over it. */
export interface Thresholds {
  readonly cpuWarningPercent: number;
  readonly cpuCriticalPercent: number;
  readonly memoryWarningPercent: number;
  readonly memoryCriticalPercent: number;
  readonly responseTimeWarningMs: number;
  readonly responseTimeCriticalMs: number;
  /** More answers with 5XX than this in 5 minutes are critical. */
  readonly http5xxCritical: number;
  /** Fewer tasks than desired for this long, without progress, are critical. */
  readonly shortfallMs: number;
  /** A deployment progresses if a task was started or registered, or the desired count changed, within this time. */
  readonly progressMs: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  cpuWarningPercent: 80,
  cpuCriticalPercent: 90,
  memoryWarningPercent: 80,
  memoryCriticalPercent: 90,
  responseTimeWarningMs: 1000,
  responseTimeCriticalMs: 2000,
  http5xxCritical: 10,
  shortfallMs: 5 * 60 * 1000,
  progressMs: 10 * 60 * 1000,
};

/** The configured thresholds, with the defaults for what is not set. */
export function thresholdsWith(
  configured: { readonly [K in keyof Thresholds]?: number | undefined },
): Thresholds {
  const set = Object.entries(configured).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_THRESHOLDS, ...Object.fromEntries(set) };
}
