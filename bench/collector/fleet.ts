import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A running loopback AWS with a generated fleet. */
export interface Fleet {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly roleArn: string;
  readonly externalId: string;
  /** What was called since the last report, STS apart. */
  report(): Promise<FleetReport>;
  /** Moves the fleet's clock ahead of the machine's. */
  shift(ms: number): void;
  close(): void;
}

export interface FleetReport {
  readonly calls: number;
  readonly dollars: number;
  readonly throttled: number;
  readonly failed: readonly string[];
}

/** Starts it in another process. */
export async function startFleet(services: number, latencyMs: number): Promise<Fleet> {
  const child = fork(
    fileURLToPath(new URL('bench-fleet.js', import.meta.url)),
    [String(services), String(latencyMs)],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  // The process sends what its source says, first of all where it is.
  const about = (await nextMessage(child)) as Omit<Fleet, 'report' | 'shift' | 'close'>;
  return {
    ...about,
    report: async () => {
      child.send('report');
      return (await nextMessage(child)) as FleetReport;
    },
    shift: (ms) => void child.send(ms),
    close: () => void child.kill(),
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The simulated AWS ended with ${code}.`)));
  });
}
