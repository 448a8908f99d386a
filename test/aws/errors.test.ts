import { CloudWatchServiceException } from '@aws-sdk/client-cloudwatch';
import { ClusterNotFoundException } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { missingPart, translateAwsError } from '../../src/aws/errors.ts';
import { Denied, Throttled, Unreachable } from '../../src/domain/errors.ts';

const SITE = { account: 'production', region: 'eu-west-1', action: 'ecs:ListClusters' };

function awsError(name: string, httpStatusCode: number, message = name) {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

function networkError(code: string) {
  return Object.assign(new Error(code), { name: 'Error', code, $metadata: { attempts: 3 } });
}

describe('what AWS throws becomes one of the domain’s errors', () => {
  it.each([
    ['AccessDeniedException', 400, 'denied', 'denied'],
    ['AccessDenied', 403, 'denied', 'denied'],
    ['UnauthorizedOperation', 403, 'denied', 'denied'],
    ['com.amazonaws.ecs#AccessDeniedException', 400, 'denied', 'denied'],
    ['SomethingNew', 403, 'denied', 'denied'],
    ['ThrottlingException', 400, 'throttled', 'throttled'],
    ['Throttling', 400, 'throttled', 'throttled'],
    ['RequestLimitExceeded', 503, 'throttled', 'throttled'],
    ['TooManyRequestsException', 429, 'throttled', 'throttled'],
    ['ExpiredTokenException', 400, 'denied', 'credentials'],
    ['ExpiredToken', 403, 'denied', 'credentials'],
    ['UnrecognizedClientException', 400, 'denied', 'credentials'],
    ['InvalidClientTokenId', 403, 'denied', 'credentials'],
    ['InvalidSignatureException', 400, 'denied', 'credentials'],
    ['ServerException', 500, 'unreachable', 'unreachable'],
    ['InternalFailure', 500, 'unreachable', 'unreachable'],
    ['ServiceUnavailable', 503, 'unreachable', 'unreachable'],
    ['SomethingNew', 502, 'unreachable', 'unreachable'],
    ['ClusterNotFoundException', 400, 'not_found', 'other'],
    ['TargetGroupNotFound', 400, 'not_found', 'other'],
    ['InvalidParameterException', 400, 'bad_request', 'other'],
  ])('%s (%i) is %s, and as a missing part %s', (name, status, code, kind) => {
    const error = awsError(name, status);
    expect(translateAwsError(error, SITE).code).toBe(code);
    expect(missingPart(error, SITE).kind).toBe(kind);
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'EAI_AGAIN', 'ETIMEDOUT'])(
    '%s is unreachable',
    (code) => {
      const error = translateAwsError(networkError(code), SITE);
      expect(error).toBeInstanceOf(Unreachable);
      expect(error.message).toContain('production in eu-west-1');
    },
  );

  it.each(['TimeoutError', 'AbortError'])('%s is no answer in time', (name) => {
    const error = translateAwsError(Object.assign(new Error('x'), { name }), SITE);
    expect(error).toBeInstanceOf(Unreachable);
    expect(error.message).toContain('no answer in time');
  });

  it('knows the SDK’s own classes', () => {
    const cluster = new ClusterNotFoundException({ message: 'Cluster not found.', $metadata: {} });
    expect(translateAwsError(cluster, SITE).code).toBe('not_found');
    const throttled = new CloudWatchServiceException({
      name: 'ThrottlingException',
      $fault: 'client',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    expect(translateAwsError(throttled, SITE)).toBeInstanceOf(Throttled);
  });

  it('names the exact action that is refused, the one that AWS names before the one that was called', () => {
    const plain = translateAwsError(awsError('AccessDeniedException', 400), SITE);
    expect(plain.message).toContain('lack ecs:ListClusters');
    const message =
      'User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: ecs:ListTagsForResource on resource: *';
    const named = awsError('AccessDeniedException', 400, message);
    expect(translateAwsError(named, SITE).message).toContain('lack ecs:ListTagsForResource');
    expect(missingPart(named, SITE).action).toBe('ecs:ListTagsForResource');
  });

  it('says when a service control policy is in the way, since no role policy helps there', () => {
    const message =
      'not authorized to perform: ecs:ListClusters with an explicit deny in a service control policy';
    expect(translateAwsError(awsError('AccessDeniedException', 400, message), SITE).message).toContain(
      'a service control policy forbids it',
    );
  });

  it('never repeats what AWS wrote: it may hold ids and tokens', () => {
    const error = awsError('ValidationException', 400, 'token AQoDYXdzEJr is bad');
    expect(translateAwsError(error, SITE).message).not.toContain('AQoDYXdzEJr');
  });

  it('takes the time to wait from the answer', () => {
    const error = Object.assign(awsError('ThrottlingException', 429), {
      $response: { headers: { 'retry-after': '7' } },
    });
    const translated = translateAwsError(error, SITE);
    expect(translated instanceof Throttled && translated.retryAfterMs).toBe(7000);
  });

  it('leaves the domain’s own errors alone', () => {
    const own = new Denied('mine');
    expect(translateAwsError(own, SITE)).toBe(own);
  });

  it('tells an unknown task definition from other client errors of ECS', () => {
    const error = awsError('ClientException', 400, 'Unable to describe task definition.');
    const site = { ...SITE, action: 'ecs:DescribeTaskDefinition' };
    expect(translateAwsError(error, site).code).toBe('not_found');
    expect(translateAwsError(error, SITE).code).toBe('bad_request');
  });
});
