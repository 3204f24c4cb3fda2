import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLambdaEngine } from '../../../adapters/durable/lambda-engine.ts';
import type { ExecutionEngine } from '../../../core/incident/execution-engine.ts';
import { holdsEngineContract } from './engine-contract.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from './lambda-endpoint.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:runbook';

function engineAt(endpoint: LambdaEndpoint): ExecutionEngine {
  const client = new LambdaClient({
    endpoint: endpoint.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
  });
  return createLambdaEngine(client, `${functionArn}:live`);
}

describe('the engine on AWS Lambda', () => {
  holdsEngineContract(async () => {
    const endpoint = await startLambdaEndpoint();
    const engine = engineAt(endpoint);
    return {
      engine,
      startWaiting: async (name) => {
        await engine.start(name, {});
        return endpoint.openCallback();
      },
      fail: async (name, error) => endpoint.end(name, 'FAILED', { ErrorType: error.name, ErrorMessage: error.message }),
      close: () => endpoint.close(),
    };
  });

  let endpoint: LambdaEndpoint;
  let engine: ExecutionEngine;
  beforeEach(async () => {
    endpoint = await startLambdaEndpoint();
    engine = engineAt(endpoint);
  });
  afterEach(() => endpoint.close());

  it('invokes the alias asynchronously, with the name in the header and the input as the body', async () => {
    await engine.start('run-1', { incidentId: 'eu.gpu-1.1' });
    const [request] = endpoint.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: `/2015-03-31/functions/${functionArn}:live/invocations`,
      body: { incidentId: 'eu.gpu-1.1' },
    });
    expect(request?.headers).toMatchObject({
      'x-amz-invocation-type': 'Event',
      'x-amz-durable-execution-name': 'run-1',
    });
  });

  it('starts one execution when the reply of the first attempt was lost', async () => {
    endpoint.loseNextAnswer();
    expect(await engine.start('run-1', { run: 1 })).toBe('started');
    expect(endpoint.requests).toHaveLength(2);
    expect(await engine.describe('run-1')).toEqual({ status: 'running' });
  });

  it('sends a callback id with slashes and a plus as it is, and the result as JSON', async () => {
    const callbackId = endpoint.openCallback();
    await engine.completeCallback(callbackId, { decision: 'approved' });
    expect(endpoint.requests[0]).toMatchObject({
      path: `/2025-12-01/durable-execution-callbacks/${callbackId}/succeed`,
      body: { decision: 'approved' },
    });
  });

  it('looks for executions of every version, not only of the one behind the alias', async () => {
    await engine.describe('run-1');
    expect(endpoint.requests[0]?.path).toBe(`/2025-12-01/functions/${functionArn}/durable-executions`);
    expect(endpoint.requests[0]?.query.has('Qualifier')).toBe(false);
  });

  it.each([
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'timed-out'],
    ['STOPPED', 'stopped'],
    ['RUNNING', 'running'],
  ])('reads the status %s as %s', async (wire, status) => {
    endpoint.end('run-1', wire);
    expect(await engine.describe('run-1')).toEqual({ status });
  });

  it('takes a status that it does not know for a running execution, so that no second one is started', async () => {
    endpoint.end('run-1', 'HIBERNATING');
    expect(await engine.describe('run-1')).toEqual({ status: 'running', reason: 'HIBERNATING' });
  });

  it('still says that an execution failed when it may not read why, and that it may not', async () => {
    endpoint.end('run-1', 'FAILED', { ErrorType: 'RangeError', ErrorMessage: 'out of range' });
    endpoint.failNext(403, 'AccessDeniedException', '/2025-12-01/durable-executions/');
    expect(await engine.describe('run-1')).toEqual({
      status: 'failed',
      reason: expect.stringContaining('AccessDeniedException'),
    });
  });

  it.each([
    [429, 'TooManyRequestsException', true],
    [500, 'ServiceException', true],
    [403, 'AccessDeniedException', false],
    [400, 'InvalidParameterValueException', false],
    [404, 'ResourceNotFoundException', false],
  ])('throws %i %s as an engine error, retryable: %s', async (status, code, retryable) => {
    endpoint.failNext(status, code);
    endpoint.failNext(status, code);
    await expect(engine.start('run-1', {})).rejects.toMatchObject({ code: 'engine', retryable });
  });

  it('throws, and does not say gone, when the callback could not be completed', async () => {
    const callbackId = endpoint.openCallback();
    endpoint.failNext(500, 'ServiceException');
    endpoint.failNext(500, 'ServiceException');
    await expect(engine.completeCallback(callbackId, {})).rejects.toMatchObject({ code: 'engine', retryable: true });
    expect(await engine.completeCallback(callbackId, {})).toBe('completed');
  });
});
