/** `91 %`, `0.4 %`: whole numbers, but not a small one rounded away. */
export function formatPercent(percent: number): string {
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** `850 ms`, `1.2 s`. */
export function formatLatency(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** ECS CPU units as a person buys them: `0.25 vCPU`. 1024 units are one vCPU. */
export function formatCpu(units: number): string {
  return `${Number((units / 1024).toFixed(3))} vCPU`;
}

/** `768 MiB`, `2 GiB`. */
export function formatMemory(mib: number): string {
  return mib < 1024 ? `${mib} MiB` : `${Number((mib / 1024).toFixed(2))} GiB`;
}

/** `1 service`, `12 services`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
