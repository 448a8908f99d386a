import type { JsonObject } from '../json.ts';
import type { Problem } from './shape.ts';

/** The Web API said no: `{ ok: false, error }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: string;
  readonly extra: JsonObject;

  constructor(error: string, extra: JsonObject = {}) {
    super(error);
    this.error = error;
    this.extra = extra;
  }
}

/** A refusal that names places in the arguments, as Slack words it: `… [json-pointer:/blocks/0/text]`. */
export function refusalAt(error: string, problems: readonly Problem[]): Refusal {
  const lines = problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
  return new Refusal(error, {
    errors: lines,
    response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) },
  });
}
