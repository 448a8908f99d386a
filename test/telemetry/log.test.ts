import { describe, expect, test } from 'vitest';
import { Unreachable } from '../../src/domain/errors.ts';
import { keepLog } from '../kept-log.ts';

function written(fields: object): string {
  const { log, lines } = keepLog();
  log.error(fields, 'said');
  return lines.join('');
}

describe('an error in the log', () => {
  test('keeps what it is, where it came from and why', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const line = JSON.parse(written({ err: new Unreachable('Slack gave no answer.', { cause: reset }) }));
    expect(line).toMatchObject({
      level: 'error',
      msg: 'said',
      err: {
        type: 'Unreachable',
        message: 'Slack gave no answer.',
        code: 'unreachable',
        stack: expect.stringContaining('log.test.ts'),
        cause: { type: 'Error', message: 'socket hang up', code: 'ECONNRESET' },
      },
    });
  });

  test('leaves out what a vendor hangs onto it', () => {
    const request = { headers: { authorization: 'Bearer abc.def' }, body: 'client_secret=hush' };
    const line = written({
      err: Object.assign(new Error('refused'), {
        request,
        response: { request },
        config: request,
        statusCode: 500,
      }),
    });
    expect(line).not.toMatch(/abc\.def|hush/);
    expect(line).toContain('"statusCode":500');
  });

  test.each([
    ['a Slack token', 'An invalid token xoxb-123-abcDEF was used', 'xoxb-123'],
    ['an app token', 'xapp-1-A01-999-deadbeef', 'deadbeef'],
    ['a bearer token', 'sent Authorization: Bearer eyJhbGci.eyJzdWIi.c2ln to it', 'eyJzdWIi'],
    ['a signed address', 'GET https://x/?X-Amz-Signature=0123abc&a=b failed', '0123abc'],
  ])('shows nothing of %s in its words', (_name, message, secret) => {
    expect(written({ err: new Error(message) })).not.toContain(secret);
    expect(written({ err: new Error('x', { cause: new Error(message) }) })).not.toContain(secret);
  });

  test('that causes itself ends', () => {
    const error = new Error('round');
    error.cause = error;
    expect(written({ err: error })).toContain('round');
  });

  test('may be anything that was thrown', () => {
    expect(written({ err: 'xoxb-1-2 is wrong' })).not.toContain('xoxb');
    expect(written({ err: { secret: 'hush' } })).not.toContain('hush');
    expect(written({ err: undefined })).toContain('said');
  });
});
