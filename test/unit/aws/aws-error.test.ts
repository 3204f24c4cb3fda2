import { describe, expect, it } from 'vitest';
import { toRestitchError } from '../../../adapters/aws/aws-error.ts';
import { RestitchError } from '../../../core/restitch-error.ts';

const sdkError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('text'), {
    name,
    ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }),
  });

describe('an error of the AWS SDK', () => {
  it.each([
    ['a throttled call', sdkError('ThrottlingException', 400), true],
    ['a refused call', sdkError('ValidationException', 400), false],
    ['a forbidden call', sdkError('AccessDeniedException', 403), false],
    ['a server error', sdkError('InternalServerError', 500), true],
    ['no answer at all', sdkError('TimeoutError'), true],
    ['something that is no error', 'boom', true],
  ])('about %s may be tried again: %s', (_, error, retryable) => {
    expect(toRestitchError('store', error)).toMatchObject({ code: 'store', retryable, cause: error });
  });

  it.each([
    ['a throttled call', sdkError('ThrottlingException', 400), true],
    ['a server error', sdkError('InternalServerError', 500), false],
    ['no answer at all', sdkError('TimeoutError'), false],
  ])('about %s of a call without a token may be tried again: %s', (_, error, retryable) => {
    expect(toRestitchError('ssm', error, { acceptedUnlessAnswered: true }).retryable).toBe(retryable);
  });

  it('that is ours already stays as it is', () => {
    const ours = new RestitchError('queue', 'down', { retryable: false });
    expect(toRestitchError('store', ours)).toBe(ours);
  });
});
