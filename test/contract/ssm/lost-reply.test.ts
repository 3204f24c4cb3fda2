import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSsmCommandRunner } from '../../../adapters/aws/ssm-command-runner.ts';
import {
  clientFor,
  commandOf,
  deployedNames,
  ended,
  GPU_1,
  instanceTag,
  runnerFor,
  type SsmUnderTest,
  startUnderTest,
  thrownBy,
} from './ssm-under-test.ts';

let ssm: SsmUnderTest;

beforeEach(async () => {
  ssm = await startUnderTest();
});
afterEach(() => ssm.close());

describe('when the reply to SendCommand is lost after the command was accepted', () => {
  beforeEach(() => ssm.fault({ kind: 'reply-lost', times: 1 }));

  it('says that sending again may do harm, finds the command by its key, and the script has run once', async () => {
    const command = commandOf('apply');
    expect(await thrownBy(ssm.runner.send(command))).toMatchObject({ code: 'ssm', retryable: false });
    const commandId = await ssm.runner.findCommand(command.operationKey, GPU_1);
    expect(await ended(ssm.runner, commandId ?? '')).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['ran']);
  });

  it('would become two commands with a client that retries by itself', async () => {
    const input = { DocumentName: 'Restitch-apply', InstanceIds: [GPU_1], Comment: 'inc.reconcile.1' };
    const { Command } = await ssm.client.send(new SendCommandCommand(input));
    await ended(ssm.runner, Command?.CommandId ?? '');
    expect(await ssm.runs()).toEqual(['ran', 'ran']);
  });

  it('is not even tried with a client that retries by itself', async () => {
    const careless = createSsmCommandRunner({
      client: ssm.client,
      sendClient: ssm.client,
      documents: deployedNames,
      instanceTag,
    });
    expect(await thrownBy(careless.send(commandOf('apply')))).toMatchObject({
      code: 'configuration',
      retryable: false,
    });
    expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBeUndefined();
  });
});

describe('when nothing can have been accepted', () => {
  it('a throttled send is retryable and made no command', async () => {
    ssm.fault({ kind: 'throttle', times: 1, operation: 'SendCommand' });
    expect(await thrownBy(ssm.runner.send(commandOf('apply')))).toMatchObject({ code: 'ssm', retryable: true });
    expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBeUndefined();
    expect(await ssm.run(commandOf('apply'))).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['ran']);
  });

  it('a send to a port where nobody listens is retryable', async () => {
    const nobody = await startUnderTest();
    await nobody.close();
    expect(await thrownBy(nobody.runner.send(commandOf('apply')))).toMatchObject({ code: 'ssm', retryable: true });
  });

  it.each([
    ['an unknown instance', commandOf('apply', { instanceId: 'mi-0f00000000000000f' }), 'InvalidInstanceId'],
    ['an unknown document', commandOf('read-journal'), 'InvalidDocument'],
    ['a foreign parameter', commandOf('apply', { parameters: { other: '1' } }), 'InvalidParameters'],
    [
      'a key of 101 characters',
      commandOf('apply', { operationKey: 'k'.repeat(101) }),
      'operation key of 101 characters',
    ],
  ])('%s is refused for good', async (_what, command, words) => {
    const error = await thrownBy(ssm.runner.send(command));
    expect(error).toMatchObject({ code: 'ssm', retryable: false, message: expect.stringContaining(words) });
  });
});

describe('finding a command by its operation key', () => {
  it('takes the whole key only, and only on that instance', async () => {
    await ssm.run(commandOf('apply', { operationKey: 'inc.reconcile.10' }));
    expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBeUndefined();
    expect(await ssm.runner.findCommand('inc.reconcile.10', 'mi-0a000000000000000')).toBeUndefined();
  });

  it('looks through every page', async () => {
    const { commandId } = await ssm.runner.send(commandOf('rollback', { operationKey: 'first' }));
    ssm.fault({ kind: 'document-fails' });
    for (let sent = 0; sent < 100; sent++)
      await ssm.runner.send(commandOf('rollback', { operationKey: `later-${sent}` }));
    expect(await ssm.runner.findCommand('first', GPU_1)).toBe(commandId);
  });

  it('takes the newest of several', async () => {
    await ssm.run(commandOf('apply'));
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBe(commandId);
    await ended(ssm.runner, commandId);
  });

  it('accepts a key of exactly 100 characters', async () => {
    const operationKey = 'k'.repeat(100);
    const { commandId } = await ssm.runner.send(commandOf('apply', { operationKey }));
    expect(await ssm.runner.findCommand(operationKey, GPU_1)).toBe(commandId);
    await ended(ssm.runner, commandId);
  });

  it('does not know a command yet that Run Command does not show yet', async () => {
    ssm.fault({ kind: 'delayed-visibility', milliseconds: 60_000 });
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBeUndefined();
    expect(await ssm.runner.result(commandId, GPU_1)).toEqual({ status: 'running' });
    ssm.time.skew = 60_000;
    expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBe(commandId);
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
  });
});

describe('reading while Run Command has trouble', () => {
  it('is retryable when it is throttled for longer than the client has patience', async () => {
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    ssm.fault({ kind: 'throttle', operation: 'GetCommandInvocation' });
    const impatient = createSsmCommandRunner({
      client: clientFor(ssm.standIn.url, 1),
      sendClient: clientFor(ssm.standIn.url, 1),
      documents: deployedNames,
      instanceTag,
    });
    expect(await thrownBy(impatient.result(commandId, GPU_1))).toMatchObject({ code: 'ssm', retryable: true });
    ssm.standIn.faults.clear('throttle');
    expect(await ended(runnerFor(ssm.standIn.url), commandId)).toMatchObject({ status: 'succeeded' });
  });
});
