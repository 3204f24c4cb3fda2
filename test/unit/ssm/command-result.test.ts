import type { CommandInvocationStatus } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { toCommandResult } from '../../../adapters/aws/ssm-command-result.ts';

const invocation = (Status: CommandInvocationStatus | undefined, StatusDetails: string | undefined, more = {}) =>
  toCommandResult({ Status, StatusDetails, $metadata: {}, ...more });

describe('what Run Command says of an invocation', () => {
  it.each([
    ['Pending', 'Pending'],
    ['InProgress', 'InProgress'],
    ['Delayed', 'Delayed'],
    ['Cancelling', 'Cancelling'],
  ] as const)('%s is still running', (status, details) => {
    expect(invocation(status, details)).toEqual({ status: 'running' });
  });

  it.each([
    ['TimedOut', 'ExecutionTimedOut'],
    ['TimedOut', 'Execution Timed Out'],
    ['TimedOut', 'TimedOut'],
    ['TimedOut', undefined],
  ] as const)('%s with details %j has run into its time-out', (status, details) => {
    const output = { StandardOutputContent: 'so far' };
    expect(invocation(status, details, output)).toEqual({ status: 'timed-out', stdout: 'so far' });
  });

  it.each([
    ['TimedOut', 'DeliveryTimedOut'],
    ['TimedOut', 'Delivery Timed Out'],
    ['Cancelled', 'Cancelled'],
    ['Failed', 'Undeliverable'],
    ['Failed', 'Terminated'],
    ['Failed', 'InvalidPlatform'],
    ['Failed', 'AccessDenied'],
    ['Failed', 'SomethingNew'],
    [undefined, undefined],
  ] as const)('%s with details %j proves nothing about the script', (status, details) => {
    expect(invocation(status, details)).toMatchObject({ status: 'not-delivered', reason: expect.stringMatching(/./) });
  });

  it('Failed is a failed script with its exit code and output', () => {
    const output = { ResponseCode: 3, StandardOutputContent: 'out', StandardErrorContent: 'err' };
    expect(invocation('Failed', 'Failed', output)).toEqual({
      status: 'failed',
      exitCode: 3,
      stdout: 'out',
      stderr: 'err',
    });
  });

  it.each([
    ['{"ok":true}', false],
    ['{"ok":tr--output truncated--', true],
    ['{"ok":tr--output truncated--\n', true],
    ['{"why":"--output truncated--"}', false],
    ['x'.repeat(24_000), false],
    ['x'.repeat(24_001), true],
  ])('success with output %#: truncated is %s', (stdout, truncated) => {
    const result = invocation('Success', 'Success', { StandardOutputContent: stdout });
    expect(result).toEqual({ status: 'succeeded', stdout, truncated });
  });
});
