import { MalformedPolicyDocumentException } from '@aws-sdk/client-sts';
import { Fault } from './faults.ts';
import type { Principal } from './service.ts';

/** What is asked of IAM: one action on these resources. */
export interface Ask {
  readonly caller: Principal;
  /** `ecs:UpdateService`. */
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition keys, for example `ecs:cluster`. */
  readonly context: Readonly<Record<string, string>>;
  /** Patterns of actions that no identity-based policy of the account allows. */
  readonly deny: readonly string[];
}

/**
 * Throws AccessDenied with AWS's sentence unless the account allows the action and, where the caller's session has
 * a policy of its own, that policy allows it on every resource.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function authorize(ask: Ask): void {
  if (ask.deny.some((pattern) => matches(pattern, ask.action)))
    throw denied(ask, ask.resources[0], 'identity-based');
  if (ask.caller.sessionPolicy === undefined) return;
  const statements = parsePolicy(ask.caller.sessionPolicy);
  const refused = ask.resources.find((resource) => !allows(statements, ask, resource));
  if (refused !== undefined) throw denied(ask, refused, 'session');
}

/** An IAM policy's statement, its lists normalised. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Reads a policy document. Throws MalformedPolicyDocument. */
export function parsePolicy(document: string): readonly Statement[] {
  const malformed = (why: string) =>
    new MalformedPolicyDocumentException({
      message: `This policy contains invalid Json: ${why}`,
      $metadata: {},
    });
  let parsed: { Statement?: unknown };
  try {
    parsed = JSON.parse(document);
  } catch (cause) {
    throw malformed(String(cause));
  }
  const given: readonly unknown[] = [parsed.Statement ?? []].flat();
  // Object() makes a record of whatever the JSON held.
  const statements = given.map((each) => Object(each) as Record<string, unknown>);
  if (statements.length === 0) throw malformed('no Statement');
  return statements.map((each) => {
    if (each['Effect'] !== 'Allow' && each['Effect'] !== 'Deny')
      throw malformed('Effect must be Allow or Deny');
    if (each['Action'] === undefined && each['NotAction'] === undefined) throw malformed('no Action');
    return {
      effect: each['Effect'],
      actions: strings(each['Action']),
      notActions: each['NotAction'] === undefined ? undefined : strings(each['NotAction']),
      resources: strings(each['Resource'] ?? '*'),
      // Two levels of keys by IAM's grammar; conditionHolds reads anything else as not holding.
      condition: Object(each['Condition'] ?? {}) as Statement['condition'],
    };
  });
}

/** IAM's wildcards: `*` any run, `?` one character; actions ignore case, ARNs do not. */
export function matches(pattern: string, value: string, flags = 'i'): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, flags).test(value);
}

function allows(statements: readonly Statement[], ask: Ask, resource: string): boolean {
  const applying = statements.filter(
    (each) =>
      (each.notActions === undefined
        ? each.actions.some((pattern) => matches(pattern, ask.action))
        : !each.notActions.some((pattern) => matches(pattern, ask.action))) &&
      each.resources.some((pattern) => matches(pattern, resource, '')) &&
      conditionHolds(each.condition, ask.context),
  );
  return applying.some((each) => each.effect === 'Allow') && !applying.some((each) => each.effect === 'Deny');
}

/** Equality and pattern operators on known keys; an operator or key that is unknown here does not hold. */
function conditionHolds(
  condition: Statement['condition'],
  context: Readonly<Record<string, string>>,
): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const value = known.get(key.toLowerCase());
      if (value === undefined) return false;
      if (operator === 'StringEquals') return strings(wanted).includes(value);
      if (!['StringLike', 'ArnLike', 'ArnEquals'].includes(operator)) return false;
      return strings(wanted).some((pattern) => matches(pattern, value, ''));
    }),
  );
}

function denied(ask: Ask, resource: string | undefined, policy: 'identity-based' | 'session'): Fault {
  return new Fault(
    'accessDenied',
    `User: ${ask.caller.arn} is not authorized to perform: ${ask.action} on resource: ${resource ?? '*'} because no ${policy} policy allows the ${ask.action} action`,
  );
}

function strings(value: unknown): readonly string[] {
  return [value ?? []].flat().map(String);
}
