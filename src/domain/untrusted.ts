import { REDACTED, withoutNamedValues } from './named-secrets.ts';

/**
 * A text from outside (a log line, a stop reason, a tag) without the secrets that can be told as such: keys of AWS,
 * tokens of known make, JWTs, private keys, `Authorization` and `Cookie` headers, passwords in URLs, and the values of
 * names like `password`, `client_secret`, `api_key`. What looks like a number of a card, an account or a request stays:
 * people need those. Twice comes to the same as once, and the time grows with the length alone: every repetition below
 * is bounded or ends where the search for the next one begins.
 */
export function redactSecrets(text: string): string {
  let clean = withoutPrivateKeys(text);
  for (const pattern of WHOLE) clean = clean.replace(pattern, REDACTED);
  for (const [pattern, put] of PARTS) clean = clean.replace(pattern, put);
  clean = clean.replace(SCHEME, withoutToken);
  return withoutNamedValues(clean);
}

/** Tokens that are secret by their form. */
const WHOLE: readonly RegExp[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // JSON Web Tokens: {"… in base64, twice, and a signature.
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{2,}\.[\w.-]*/g,
  // Slack, GitHub, GitLab, npm, Stripe, Google, OpenAI and Anthropic, SendGrid
  /(?<![A-Za-z0-9])x(?:ox[a-z]|app)-[\w-]{8,}/g,
  /(?<![A-Za-z0-9])(?:gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{20,})/g,
  /(?<![A-Za-z0-9])(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|AIza[\w-]{30,}|sk-[\w-]{20,})/g,
  /(?<![A-Za-z0-9])SG\.[\w-]{16,64}\.[\w-]{16,64}/g,
];

/** Secrets that stand in something worth keeping. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  // https://user:password@host, also without a user
  [/(:\/\/[^\s/:@?#"'<>]{0,200}:)[^\s/"'<>]{1,300}@/g, `$1${REDACTED}@`],
  // https://token@host
  [/(:\/\/)[\w.~%-]{20,300}(?=@)/g, `$1${REDACTED}`],
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{8,200}/g, `$1${REDACTED}`],
  [
    /(\bset-cookie|\bcookie)(\\?["']?: ?\\?["']?)(?!\[redacted\])[^\s"'=;]{1,200}=[^\r\n"']*/gi,
    `$1$2${REDACTED}`,
  ],
];

const SCHEME = /\b(Bearer|Basic)( {1,4})([\w.~+/-]{8,4096}={0,2})(?![\w=[])/gi;

function withoutToken(whole: string, scheme: string, gap: string, value: string): string {
  return isToken(value, scheme) ? `${scheme}${gap}${REDACTED}` : whole;
}

/** "Bearer authentication failed" and "Basic authentication" hold no secret. */
function isToken(value: string, scheme: string): boolean {
  if (/[\d=]/.test(value)) return true;
  return /^basic$/i.test(scheme) ? /[a-z][A-Z]/.test(value) : value.length >= 24;
}

function withoutPrivateKeys(text: string): string {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const parts: string[] = [];
  let from = 0;
  for (let found = begin.exec(text); found; found = begin.exec(text)) {
    parts.push(text.slice(from, found.index), REDACTED);
    const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
    end.lastIndex = begin.lastIndex;
    // A key whose end is cut off goes on to the end of the text.
    from = end.exec(text) ? end.lastIndex : text.length;
    begin.lastIndex = from;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from);
}
