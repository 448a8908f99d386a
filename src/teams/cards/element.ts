import type { Holds, Part } from '../../cards/fit.ts';

/** An element or action of an Adaptive Card, https://adaptivecards.io/explorer. */
export interface AdaptiveElement {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** An Adaptive Card 1.5 as Teams takes it in an attachment's `content`. */
export interface AdaptiveCardJson extends AdaptiveElement {
  readonly type: 'AdaptiveCard';
  readonly version: string;
  readonly body: readonly AdaptiveElement[];
}

/** Elements that belong together, with their price in bytes. */
export type ElementsPart = Part<readonly AdaptiveElement[]>;

export function part(drawn: readonly AdaptiveElement[], holds: Holds, essential = false): ElementsPart {
  return { drawn, holds, essential, cost: drawn.reduce((sum, each) => sum + bytesOf(each) + 1, 0) };
}

/** Bytes of the JSON, as it goes over the wire. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
