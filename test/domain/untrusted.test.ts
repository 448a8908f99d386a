import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../../src/domain/untrusted.ts';

/** Made-up secrets, put together so that no scanner of repositories takes them for real ones. */
const made = (...parts: readonly string[]): string => parts.join('');
const KEY_ID = made('AKIA', 'IOSFODNN7EXAMPLE');
const SLACK = made('xoxb-', '123456789012-abcdefABCDEF');
const GITHUB = made('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4');
const STRIPE = made('sk_', 'live', '_4eC39HqLyjWDarjtT1zdp7dc');
const JWT = made('eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N');
const PEM = made('-----BEGIN RSA ', 'PRIVATE', ' KEY-----');
const PEM_END = made('-----END RSA ', 'PRIVATE', ' KEY-----');

describe('a secret in a text', () => {
  it.each([
    [`using ${KEY_ID} for s3`, 'using [redacted] for s3'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG', 'aws_secret_access_key = [redacted]'],
    ['"SecretAccessKey":"wJalr/K7+x","Region":"x"', '"SecretAccessKey":"[redacted]","Region":"x"'],
    [
      'connect postgres://app:s3cr%40t@db:5432/shop failed',
      'connect postgres://app:[redacted]@db:5432/shop failed',
    ],
    ['redis://:p@ss@cache:6379', 'redis://:[redacted]@cache:6379'],
    [`https://${GITHUB}@github.com/x/y.git`, 'https://[redacted]@github.com/x/y.git'],
    ['Authorization: Bearer abc', 'Authorization: [redacted]'],
    ['sent Bearer 9f8e7d6c5b4a39281706', 'sent Bearer [redacted]'],
    ['{"authorization":"Basic dXNlcjpwYXNz"}', '{"authorization":"[redacted]"}'],
    ['Proxy-Authorization: Basic dXNlcjpwYXNz', 'Proxy-Authorization: Basic [redacted]'],
    [`jwt ${JWT} is old`, 'jwt [redacted] is old'],
    [`slack says ${SLACK}`, 'slack says [redacted]'],
    [`charge with ${STRIPE}.`, 'charge with [redacted].'],
    ['DB_PASSWORD=hunter2 PORT=80', 'DB_PASSWORD=[redacted] PORT=80'],
    ['password: hunter', 'password: [redacted]'],
    ['--db-password hunter2 --port 80', '--db-password [redacted] --port 80'],
    ['client_secret=a%20b&grant_type=x', 'client_secret=[redacted]&grant_type=x'],
    ['x-api-key: 0a1b2c3d4e', 'x-api-key: [redacted]'],
    ["apiKey: 'has blanks, and more'", "apiKey: '[redacted]'"],
    ['{\\"token\\":\\"a-b-c\\",\\"n\\":1}', '{\\"token\\":\\"[redacted]\\",\\"n\\":1}'],
    ['{"password":"with \\" quote","n":1}', '{"password":"[redacted]","n":1}'],
    ['params[secret] => abc', 'params[secret] => [redacted]'],
    ['<Password>hunter2</Password>', '<Password>[redacted]</Password>'],
    ['Cookie: sid=abc; theme=dark', 'Cookie: [redacted]'],
    ['Server=db;Pwd=abc;Database=x', 'Server=db;Pwd=[redacted];Database=x'],
    [`key is ${PEM}\nMIIE\n${PEM_END} end`, 'key is [redacted] end'],
    [`cut off ${PEM}\\nMIIEow`, 'cut off [redacted]'],
    [
      'post to https://hooks.slack.com/services/T0/B0/xYz123',
      'post to https://hooks.slack.com/services/[redacted]',
    ],
    ['?X-Amz-Signature=0a1b&X-Amz-Date=2026', '?X-Amz-Signature=[redacted]&X-Amz-Date=2026'],
  ])('is taken out of %s', (text, clean) => {
    expect(redactSecrets(text)).toBe(clean);
  });
});

describe('what is no secret', () => {
  it.each([
    'INFO order accepted id=4711 card=4111111111111111',
    'task 0123456789abcdef0123456789abcdef stopped',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'Bearer authentication failed, Basic authentication is off',
    'token: expired',
    'Invalid password: must not be empty',
    'wrong password for user olivia',
    'max_tokens=4096 tokens: 15 token_type=bearer tokenizer=bert',
    'secretName: db-credentials',
    'secret_arn=arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf',
    'unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:db from secrets manager: ResourceNotFoundException: no',
    'fetching secret: ResourceNotFoundException',
    'if (password === undefined) throw',
    'password=${DB_PASSWORD} token=$TOKEN secret="{{ secret }}"',
    'password=null token=undefined apiKey: ""',
    'password=******',
    'PWD=/usr/src/app',
    'GET http://web:8080/items?at=2026-11-20T09:00:00Z',
    'arn:aws:iam::111122223333:role/deckhand AROAEXAMPLEROLEID0000',
    'SyntaxError: Unexpected token: }',
    'eyJust a word',
  ])('stays: %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });
});

const PIECES = [
  KEY_ID,
  SLACK,
  JWT,
  PEM,
  PEM_END,
  'password',
  'token',
  'authorization',
  'api_key',
  'Cookie',
  'Bearer ',
  'Basic ',
  '=',
  ': ',
  ':',
  '"',
  "'",
  '\\"',
  '\\',
  '://',
  '@',
  '<',
  '>',
  '--',
  ' ',
  '\n',
  '[redacted]',
  ']',
  'abc',
  'a1B2c3D4e5',
  'eyJ',
  '.',
  '-',
  '/',
  '&',
] as const;

describe('redactSecrets', () => {
  it('done twice is done once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }), (pieces) => {
        const once = redactSecrets(pieces.join(''));
        expect(redactSecrets(once)).toBe(once);
      }),
      { numRuns: 4000 },
    );
  });

  it('takes time in proportion to the length, whatever is repeated', () => {
    const took = (unit: string, length: number) => {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const before = process.cpuUsage().user;
      redactSecrets(text);
      return process.cpuUsage().user - before;
    };
    const slow: string[] = [];
    const units = [...PIECES, ...PIECES.flatMap((a) => ['://a:', 'token="', 'a-'].map((b) => a + b))];
    for (const unit of units) {
      took(unit, 20_000);
      const short = Math.min(took(unit, 20_000), took(unit, 20_000));
      const long = Math.min(took(unit, 200_000), took(unit, 200_000));
      // Ten times the length; quadratic time would be a hundredfold. Small figures are noise.
      if (long > Math.max(60_000, 40 * short)) slow.push(unit);
    }
    expect(slow).toEqual([]);
  });

  it('is linear in lines of 100 KB of random pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }), (pieces) => {
        const unit = pieces.join('');
        const cpuMs = (length: number) => {
          const before = process.cpuUsage().user;
          redactSecrets(unit.repeat(Math.ceil(length / unit.length)));
          return (process.cpuUsage().user - before) / 1000;
        };
        // Were it quadratic, 100 KB would take 25 times as long as 20 KB, far more than this.
        const short = cpuMs(20_000);
        expect(cpuMs(100_000)).toBeLessThan(Math.max(15 * short, 60));
      }),
      { numRuns: 100 },
    );
  });
});
