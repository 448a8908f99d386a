import { isObject, type JsonObject, parseJson } from '../json.ts';
import { Refusal } from './refusal.ts';

/** The arguments of one Web API call, from a form, a JSON body or the query. */
export class Arguments {
  readonly raw: JsonObject;

  constructor(raw: JsonObject) {
    this.raw = raw;
  }

  /** Whether the caller gave it at all; an empty form value counts. */
  has(name: string): boolean {
    return this.raw[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.raw[name];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }

  /** @throws Refusal with `error`, by default `invalid_arguments`, when it is missing or empty. */
  need(name: string, error?: string): string {
    const value = this.text(name);
    if (value !== undefined && value !== '') return value;
    if (error !== undefined) throw new Refusal(error);
    throw new Refusal('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
    });
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.raw[name];
    if (typeof value === 'boolean') return value;
    return value === undefined ? fallback : value === 'true' || value === '1' || value === 1;
  }

  /** A page size; Slack caps rather than refuses. */
  limit(fallback: number, max: number): number {
    const given = Number(this.text('limit') ?? fallback);
    if (!Number.isFinite(given) || given < 1) throw new Refusal('invalid_limit');
    return Math.min(Math.floor(given), max);
  }

  /** A structured argument; forms carry it as JSON text. Undefined when absent, `invalid` when it is not JSON. */
  json(name: string): { readonly value: unknown } | 'invalid' | undefined {
    const value = this.raw[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') return { value };
    const parsed = parseJson(value);
    return parsed === undefined ? 'invalid' : { value: parsed };
  }
}

/**
 * Reads the arguments as Slack does: the query, then a form or a JSON object.
 * @throws Refusal for another content type or a body that does not parse (https://docs.slack.dev/apis/web-api).
 */
export function readArguments(query: URLSearchParams, contentType: string, body: string): Arguments {
  const fromQuery = Object.fromEntries(query);
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (body === '') return new Arguments(fromQuery);
  if (type === 'application/json') {
    const parsed = parseJson(body);
    if (!isObject(parsed)) throw new Refusal('invalid_json');
    return new Arguments({ ...fromQuery, ...parsed });
  }
  if (type === 'application/x-www-form-urlencoded') {
    return new Arguments({ ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) });
  }
  throw new Refusal(type === '' ? 'missing_post_type' : 'invalid_post_type');
}
