import { InvalidParameterException } from '@aws-sdk/client-cloudwatch-logs';

/**
 * Compiles an unstructured filter pattern: `term`, `"quoted phrase"`, `?any`, `-not`, `%regex%`; case matters, plain
 * terms must all be there, and `?` terms count only where there is no plain one. JSON (`{ $.level = … }`) and
 * space-delimited (`[a, b]`) patterns are not simulated and refused.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForLogEvents.html
 */
export function compileFilter(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[]/.test(text)) {
    throw invalid(
      'JSON and space-delimited filter patterns are not simulated by the loopback CloudWatch Logs',
    );
  }
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)].map(readTerm);
  const plain = terms.filter((term) => term.sign === '');
  const any = terms.filter((term) => term.sign === '?');
  const not = terms.filter((term) => term.sign === '-');
  return (message) =>
    plain.every((term) => term.isIn(message)) &&
    (plain.length > 0 || any.length === 0 || any.some((term) => term.isIn(message))) &&
    !not.some((term) => term.isIn(message));
}

interface Term {
  readonly sign: string;
  readonly isIn: (message: string) => boolean;
}

function readTerm(match: RegExpMatchArray): Term {
  const [, sign = '', quoted, regex, bare] = match;
  if (regex !== undefined) {
    const compiled = new RegExp(regex);
    return { sign, isIn: (message) => compiled.test(message) };
  }
  if (bare !== undefined && !/^\w+$/.test(bare)) {
    throw invalid(
      `Invalid filter pattern: put "${bare}" in double quotes, it has characters other than letters, digits and _`,
    );
  }
  const word = bare ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1');
  return { sign, isIn: (message) => message.includes(word) };
}

function invalid(message: string): InvalidParameterException {
  return new InvalidParameterException({ message, $metadata: {} });
}
