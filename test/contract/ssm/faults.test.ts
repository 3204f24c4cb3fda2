import { GetCommandInvocationCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf, ended, GPU_1, type SsmUnderTest, startUnderTest, thrownBy } from './ssm-under-test.ts';

let ssm: SsmUnderTest;
const GPU_0 = 'mi-0a000000000000000';

beforeEach(async () => {
  ssm = await startUnderTest();
});
afterEach(() => ssm.close());

describe('an agent that is offline', () => {
  beforeEach(() => ssm.fault({ kind: 'agent-offline', instanceId: GPU_1 }));

  it('shows it, while the others are online', async () => {
    expect(await ssm.runner.findInstance('gpu-1', undefined)).toMatchObject({ agent: { status: 'offline' } });
    expect(await ssm.runner.findInstance('gpu-0', undefined)).toMatchObject({ agent: { status: 'online' } });
  });

  it('leaves commands waiting, and runs them once when it comes back in time', async () => {
    const { commandId } = await ssm.runner.send(commandOf('apply', { timeoutSeconds: 45 }));
    ssm.time.skew = 30_000;
    expect(await ssm.runner.result(commandId, GPU_1)).toEqual({ status: 'running' });
    expect(await ssm.runs()).toEqual([]);
    ssm.standIn.faults.clear('agent-offline');
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['ran']);
  });

  it('gets nothing that it did not fetch within the delivery time-out', async () => {
    const { commandId } = await ssm.runner.send(commandOf('apply', { timeoutSeconds: 45 }));
    ssm.time.skew = 46_000;
    const result = await ended(ssm.runner, commandId);
    expect(result).toMatchObject({ status: 'not-delivered', reason: expect.stringContaining('does not prove') });
    ssm.standIn.faults.clear();
    await ssm.run(commandOf('rollback'));
    expect(await ssm.runs()).toEqual([]);
  });

  it('still has 30 s when a command names less, which is the least that the service takes', async () => {
    const { commandId } = await ssm.runner.send(commandOf('apply', { timeoutSeconds: 1 }));
    ssm.time.skew = 25_000;
    ssm.standIn.faults.clear();
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
  });
});

describe('an agent whose host has no way out', () => {
  beforeEach(() => ssm.cutOff.add('gpu-1'));

  it('shows it, while the others are online', async () => {
    expect(await ssm.runner.findInstance('gpu-1', undefined)).toMatchObject({ agent: { status: 'offline' } });
    expect(await ssm.runner.findInstance('gpu-0', undefined)).toMatchObject({ agent: { status: 'online' } });
  });

  it('leaves commands waiting, and runs them once when the way is there again', async () => {
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    await ssm.run(commandOf('rollback', { instanceId: GPU_0 }));
    expect(await ssm.runner.result(commandId, GPU_1)).toEqual({ status: 'running' });
    ssm.cutOff.clear();
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['ran']);
  });
});

describe('a document that is made to fail', () => {
  it('ends with the wished exit code without running, as often as wished, there and nowhere else', async () => {
    ssm.fault({ kind: 'document-fails', document: 'apply', instanceId: GPU_1, exitCode: 9, times: 2 });
    expect(await ssm.run(commandOf('apply', { instanceId: GPU_0 }))).toMatchObject({ status: 'succeeded' });
    expect(await ssm.run(commandOf('rollback'))).toMatchObject({ status: 'failed', exitCode: 7 });
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'failed', exitCode: 9 });
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'failed', exitCode: 9 });
    expect(await ssm.runs()).toEqual([]);
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['ran']);
  });
});

describe('a result that is lost', () => {
  it('ends as timed out although the script ran', async () => {
    ssm.fault({ kind: 'result-lost', times: 1 });
    expect(await ssm.run(commandOf('apply'))).toEqual({ status: 'timed-out', stdout: '' });
    expect(await ssm.runs()).toEqual(['ran']);
  });
});

describe('a delivery that times out', () => {
  it('ran nothing', async () => {
    ssm.fault({ kind: 'not-delivered', times: 1 });
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'not-delivered' });
    expect(await ssm.runs()).toEqual([]);
  });
});

describe('a slow start', () => {
  it('is a command that is running and has not begun', async () => {
    ssm.fault({ kind: 'slow-start', milliseconds: 600_000, times: 1 });
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    await ssm.run(commandOf('rollback'));
    expect(await ssm.runner.result(commandId, GPU_1)).toEqual({ status: 'running' });
    expect(await ssm.runs()).toEqual([]);
  });

  it('ends well, once', async () => {
    ssm.fault({ kind: 'slow-start', milliseconds: 20, times: 1 });
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['ran']);
  });
});

describe('delayed visibility', () => {
  it('lasts for the wished number of polls', async () => {
    ssm.fault({ kind: 'delayed-visibility', times: 2 });
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    const poll = () => ssm.client.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: GPU_1 }));
    for (let polls = 0; polls < 2; polls++) {
      expect(await thrownBy(poll())).toMatchObject({ name: 'InvocationDoesNotExist' });
    }
    expect(await poll()).toMatchObject({ CommandId: commandId });
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
  });
});

describe('faults over HTTP', () => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return (await fetch(`${ssm.standIn.url}${path}`, init)).json();
  };

  it('can be set, listed and lifted', async () => {
    await call('POST', '/faults', { kind: 'document-fails', times: 1 });
    await call('POST', '/faults', { kind: 'agent-offline' });
    expect(await call('GET', '/faults')).toMatchObject({
      faults: [{ kind: 'document-fails' }, { kind: 'agent-offline' }],
    });
    await call('DELETE', '/faults?kind=agent-offline');
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(await call('GET', '/faults')).toEqual({ faults: [] });
    await call('POST', '/faults', { kind: 'agent-offline' });
    expect(await call('DELETE', '/faults')).toEqual({ faults: [] });
  });

  it('refuse what they do not know', async () => {
    expect(await call('POST', '/faults', { kind: 'earthquake' })).toMatchObject({ __type: 'ValidationException' });
    expect(await call('GET', '/faults')).toEqual({ faults: [] });
  });
});
