import { writeFile } from 'node:fs/promises';
import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf, ended, eventually, GPU_1, type SsmUnderTest, startUnderTest, thrownBy } from './ssm-under-test.ts';
import { documentOf, testDocuments } from './test-documents.ts';

let ssm: SsmUnderTest;
const step = (name: string, runCommand: string) => ({
  action: 'aws:runShellScript',
  name,
  inputs: { runCommand: [runCommand] },
});

beforeEach(async () => {
  ssm = await startUnderTest({
    documents: {
      ...testDocuments,
      'Restitch-read-journal': documentOf(
        'head -c "$SSM_n" /dev/zero | tr "\\0" x; head -c "$SSM_n" /dev/zero | tr "\\0" y >&2; exit "$SSM_code"',
        {
          n: { type: 'String', interpolationType: 'ENV_VAR' },
          code: { type: 'String', interpolationType: 'ENV_VAR', default: '0' },
        },
      ),
      'Restitch-confirm': documentOf('echo "on $AWS_SSM_INSTANCE_ID"', {}),
      slow: documentOf('echo early; sleep 30; echo late >>runs', {}, 5),
      'Restitch-slow': documentOf('sleep 1.2; echo done', {}, 1),
      steps: {
        schemaVersion: '2.2',
        mainSteps: [step('first', 'echo one; exit 4'), step('second', 'echo two >>runs; echo two')],
      },
    },
  });
});
afterEach(() => ssm.close());

async function send(documentName: string): Promise<string> {
  const { Command } = await ssm.client.send(
    new SendCommandCommand({ DocumentName: documentName, InstanceIds: [GPU_1] }),
  );
  return Command?.CommandId ?? '';
}

describe('a script that ends', () => {
  it('with exit code 0 has succeeded', async () => {
    const result = await ssm.run(commandOf('rollback', { parameters: { code: '0' } }));
    expect(result).toEqual({ status: 'succeeded', stdout: 'out\n', truncated: false });
  });

  it.each([1, 3, 127, 194])('with exit code %d has failed with it, and its output is kept', async (exitCode) => {
    const result = await ssm.run(commandOf('rollback', { parameters: { code: String(exitCode) } }));
    expect(result).toEqual({ status: 'failed', exitCode, stdout: 'out\n', stderr: 'err\n' });
  });

  it.each([
    [23_999, false],
    [24_000, false],
    [24_001, true],
  ])('with %d characters of output: truncated is %s', async (length, truncated) => {
    const result = await ssm.run(commandOf('read-journal', { parameters: { n: String(length) } }));
    expect(result).toMatchObject({ status: 'succeeded', truncated });
    const stdout = result.status === 'succeeded' ? result.stdout : '';
    expect(stdout).toHaveLength(Math.min(length, 24_000));
    expect(stdout.endsWith('--output truncated--')).toBe(truncated);
  });

  it.each([
    [8_000, false],
    [8_001, true],
  ])('with %d characters of errors: cut is %s', async (length, cut) => {
    const result = await ssm.run(commandOf('read-journal', { parameters: { n: String(length), code: '1' } }));
    const stderr = result.status === 'failed' ? result.stderr : '';
    expect(stderr).toHaveLength(8_000);
    expect(stderr.endsWith('--output truncated--')).toBe(cut);
  });
});

describe('a script that runs for too long', () => {
  it('is ended at its time-out, keeps what it said, and does nothing more', async () => {
    expect(await ended(ssm.runner, await send('slow'))).toEqual({ status: 'timed-out', stdout: 'early\n' });
    expect(await ssm.runs()).toEqual([]);
  });

  it('has an hour when its document names less than five seconds', async () => {
    expect(await ended(ssm.runner, await send('Restitch-slow'))).toMatchObject({
      status: 'succeeded',
      stdout: 'done\n',
    });
  });
});

describe('the life of a command', () => {
  it('is running from the acceptance to the end of its script', async () => {
    const { commandId } = await ssm.runner.send(commandOf('bounce'));
    await eventually(
      () => ssm.runs(),
      (runs) => runs.length > 0,
    );
    expect(await ssm.runner.result(commandId, GPU_1)).toEqual({ status: 'running' });
    await writeFile(ssm.hostFile('gate'), '');
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['started', 'ended']);
  });

  it('outlives the call: a connection that breaks leaves the script alone', async () => {
    ssm.fault({ kind: 'reply-lost', times: 1 });
    await thrownBy(ssm.runner.send(commandOf('bounce')));
    await eventually(
      () => ssm.runs(),
      (runs) => runs.length > 0,
    );
    await writeFile(ssm.hostFile('gate'), '');
    const commandId = await ssm.runner.findCommand('inc.reconcile.1', GPU_1);
    expect(await ended(ssm.runner, commandId ?? '')).toMatchObject({ status: 'succeeded' });
    expect(await ssm.runs()).toEqual(['started', 'ended']);
  });

  it('is unknown on an instance that it was not sent to', async () => {
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    const elsewhere = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: 'mi-0a000000000000000' });
    expect(await thrownBy(ssm.client.send(elsewhere))).toMatchObject({ name: 'InvocationDoesNotExist' });
    await ended(ssm.runner, commandId);
  });
});

describe('one command to several instances', () => {
  const others = ['mi-0a000000000000000', GPU_1];
  const { instanceId: _, ...shared } = commandOf('rollback');

  it('has a result of each, and tells each script which instance it is on', async () => {
    const { commandId } = await ssm.runner.sendToAll({ ...shared, document: 'confirm', instanceIds: others });
    const results = await Promise.all(others.map((instanceId) => ended(ssm.runner, commandId, instanceId)));
    expect(results).toEqual(
      others.map((instanceId) => ({ status: 'succeeded', stdout: `on ${instanceId}\n`, truncated: false })),
    );
  });

  it('tells by one request where it has not ended yet', async () => {
    ssm.fault({ kind: 'document-fails', instanceId: GPU_1, times: 1 });
    ssm.fault({ kind: 'agent-offline', instanceId: 'mi-0a000000000000000' });
    const { commandId } = await ssm.runner.sendToAll({ ...shared, document: 'confirm', instanceIds: others });
    const underWay = (count: number) =>
      eventually(
        () => ssm.runner.listUnderWay(commandId),
        (found) => found.length === count,
      );
    expect(await underWay(1)).toEqual(['mi-0a000000000000000']);
    ssm.standIn.faults.clear();
    expect(await underWay(0)).toEqual([]);
    expect(await ssm.runner.listUnderWay('00000000-0000-4000-8000-000000000000')).toEqual([]);
  });

  it('fails on one of them, and ends on the other all the same', async () => {
    ssm.fault({ kind: 'document-fails', instanceId: GPU_1, times: 1 });
    const { commandId } = await ssm.runner.sendToAll({ ...shared, document: 'confirm', instanceIds: others });
    const [first, second] = await Promise.all(others.map((instanceId) => ended(ssm.runner, commandId, instanceId)));
    expect([first?.status, second?.status]).toEqual(['succeeded', 'failed']);
  });

  it('is refused for all where one of them is not known', async () => {
    const instanceIds = [GPU_1, 'mi-0f00000000000000f'];
    expect(await thrownBy(ssm.runner.sendToAll({ ...shared, instanceIds }))).toMatchObject({
      code: 'ssm',
      retryable: false,
    });
    expect(await ssm.runs()).toEqual([]);
  });
});

describe('a document of several steps', () => {
  it('runs the later ones after a failure, fails as a whole, and shows one step at a time', async () => {
    const commandId = await send('steps');
    const invocation = { CommandId: commandId, InstanceId: GPU_1 };
    const list = new ListCommandInvocationsCommand({ CommandId: commandId, Details: true });
    const [whole] = await eventually(
      async () => (await ssm.client.send(list)).CommandInvocations ?? [],
      ([first]) => first?.Status === 'Failed',
    );
    expect(whole?.CommandPlugins?.map(({ Name, ResponseCode }) => [Name, ResponseCode])).toEqual([
      ['first', 4],
      ['second', 0],
    ]);
    expect(await thrownBy(ssm.client.send(new GetCommandInvocationCommand(invocation)))).toMatchObject({
      name: 'InvalidPluginName',
    });
    const second = await ssm.client.send(new GetCommandInvocationCommand({ ...invocation, PluginName: 'second' }));
    expect(second).toMatchObject({ Status: 'Success', StandardOutputContent: 'two\n' });
  });
});

describe('a cancelled command', () => {
  it('that waits for its agent never runs', async () => {
    ssm.fault({ kind: 'agent-offline' });
    const { commandId } = await ssm.runner.send(commandOf('apply'));
    await ssm.client.send(new CancelCommandCommand({ CommandId: commandId }));
    ssm.standIn.faults.clear();
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'not-delivered' });
    await ssm.run(commandOf('rollback'));
    expect(await ssm.runs()).toEqual([]);
  });

  it('that runs is cancelling, and tells in the end what it really did', async () => {
    const { commandId } = await ssm.runner.send(commandOf('bounce'));
    await eventually(
      () => ssm.runs(),
      (runs) => runs.length > 0,
    );
    await ssm.client.send(new CancelCommandCommand({ CommandId: commandId }));
    expect(await ssm.runner.result(commandId, GPU_1)).toEqual({ status: 'running' });
    await writeFile(ssm.hostFile('gate'), '');
    expect(await ended(ssm.runner, commandId)).toMatchObject({ status: 'succeeded' });
  });
});
