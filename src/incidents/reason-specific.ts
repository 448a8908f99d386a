/**
 * A reason as a key, where it is more than a phrase that ECS uses for every service: lower case, without ids, moments,
 * addresses, counts and the names given. Names of roles, subnets and the like stay, for services that fail by
 * different ones have different reasons. Undefined where no text says enough.
 */
export function specificText(
  texts: readonly string[],
  names: readonly (string | undefined)[],
): string | undefined {
  if (texts.some((text) => GENERIC.test(text))) return undefined;
  for (const text of texts) {
    const plain = plainly(text, names);
    if (meaningfulWords(plain) >= ENOUGH_WORDS) return plain.slice(0, LONGEST_KEY);
  }
  return undefined;
}

const ENOUGH_WORDS = 4;
const LONGEST_KEY = 200;

/** What a service does to itself, and what ECS says whatever is the matter. */
const GENERIC =
  /circuit breaker|essential container|consistently start|exit(ed|s)? (with|code|status)|exit code|out ?of ?memory|oom ?-?kill|killed|cannot(start|create|inspect|stop)container|executable file|exec format|entrypoint|log(ger| group| configuration| driver)|alarm|tasks? failed to start|failed to reach running|deployment .{0,60}(failed|progress|completed|rolled)|scaling activity|stopped by|segmentation|panic/i;

function plainly(text: string, names: readonly (string | undefined)[]): string {
  let rest = text.toLowerCase();
  for (const name of names) if (name) rest = rest.replaceAll(name.toLowerCase(), ' ');
  return rest
    .replace(/\b\d{4}-\d\d-\d\d[t ][\d:.]+(z|[+-][\d:]+)?/g, ' ')
    .replace(/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b|\b[\da-f]{32,}\b/g, ' ')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}(:\d+)?/g, ' ')
    .replace(/(?<![\w-])\d+(?![\w-])/g, ' ')
    .replace(/[\s"'()[\]{}.,;]+/g, ' ')
    .trim();
}

function meaningfulWords(text: string): number {
  const words = text.match(/[a-z]{3,}/g) ?? [];
  return new Set(words.filter((word) => !EMPTY_WORDS.has(word))).size;
}

const EMPTY_WORDS = new Set(
  (
    'the and for was not has had have with from that this because due reason error failed failure fail unable could ' +
    'cannot task tasks service services container containers ecs aws amazon start started starting stop stopped ' +
    'launch launched place deployment arn iam'
  ).split(' '),
);
