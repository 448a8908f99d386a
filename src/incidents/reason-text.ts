/** ARNs, ids and moments, which differ between two tellings of one reason. Resource names stay. */
const IDS: readonly (readonly [RegExp, string])[] = [
  // The name of a resource is its ARN's last part; what ids are in it the rules below take.
  [/\barn:aws[\w-]*:[\w-]*:[\w-]*:\d*:(\S*?)(?=[\s,;)\]}"']|$)/gi, '$1'],
  [/\b\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d| utc)?/gi, '#'],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '#'],
  [/\bsha256:[\da-f]+/gi, '#'],
  [/\b(i|eni|subnet|sg|vpc|vol|fs|ecs-svc|deployment|taskdef)([-/])[\da-f]*\d[\da-f]*\b/gi, '$1$2#'],
  // Hexadecimal ids hold digits and letters; plain words and short numbers do not count.
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{8,}\b/gi, '#'],
  [/\b\d{8,}\b/g, '#'],
];

/** The reason without ARNs' prefixes, ids, digests and moments. */
export function withoutIds(reason: string): string {
  let rest = reason;
  for (const [pattern, instead] of IDS) rest = rest.replace(pattern, instead);
  return rest.replace(/\s+/g, ' ').trim();
}

/** The reason without addresses, ports and any other number. */
export function withoutNumbers(reason: string): string {
  return reason
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g, '#')
    .replace(/\d+(?:\.\d+)*/g, '#')
    .replace(/#(?:\s*#)+/g, '#');
}
