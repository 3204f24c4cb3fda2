import { describe, expect, it } from 'vitest';
import { formatProbesOf, type ProbeTarget } from '../../../core/probe/probe-plan.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { readOnlyCommands } from '../../../functions/runbook/look/read-only-command.ts';
import { documents } from '../../../runbooks/documents/documents.ts';
import { createFakeNodeCommands } from '../../fakes/fake-node-commands.ts';

const instanceIds = ['mi-gpu-1', 'mi-hub-1'];
const command = {
  document: 'diagnose' as const,
  instanceIds,
  parameters: { probes: '' },
  operationKey: 'i.diagnose.all',
  timeoutSeconds: 45,
};

function setUp(refusals: readonly RestitchError[]) {
  const left = [...refusals];
  const commands = createFakeNodeCommands();
  const { sendToAll } = commands;
  commands.sendToAll = async (shared) => {
    const refusal = left.shift();
    if (refusal !== undefined) throw refusal;
    return sendToAll(shared);
  };
  const ports = { commands, clock: () => 0, sleep: async () => undefined };
  return { commands, read: () => readOnlyCommands(ports, command) };
}

const refused = new RestitchError('ssm', 'InvalidInstanceId', { retryable: false });
const throttled = new RestitchError('ssm', 'ThrottlingException', { retryable: true });
const hostsOf = (readings: Awaited<ReturnType<typeof readOnlyCommands>>) =>
  readings.map((reading) => (reading.type === 'printed' ? JSON.parse(reading.stdout).hostname : reading.reason));

describe('one read-only command to several hosts', () => {
  it('gives the answer of each in the order of asking', async () => {
    const { read } = setUp([]);
    expect(hostsOf(await read())).toEqual(['gpu-1', 'hub-1']);
  });

  it('asks each by itself where Run Command refuses the command for one of them', async () => {
    const { read, commands } = setUp([refused]);
    expect(hostsOf(await read())).toEqual(['gpu-1', 'hub-1']);
    expect(commands.sent.map(({ operationKey }) => operationKey)).toEqual(['i.diagnose.all-1', 'i.diagnose.all-2']);
  });

  it('is sent again while Run Command throttles, and then each host counts as not reached', async () => {
    expect(hostsOf(await setUp([throttled, throttled]).read())).toEqual(['gpu-1', 'hub-1']);
    const { read, commands } = setUp([throttled, throttled, throttled, throttled]);
    expect(hostsOf(await read())).toEqual([
      'Run Command does not accept commands',
      'Run Command does not accept commands',
    ]);
    expect(commands.sent).toEqual([]);
  });
});

describe('waiting for several hosts', () => {
  const endsAt: Readonly<Record<string, number>> = { 'mi-gpu-1': 400, 'mi-gpu-2': 400, 'mi-hub-1': 1_500 };

  /** Each answer of `listUnderWay` may be an error. */
  function waiting(errors: readonly RestitchError[] = [], knows = true) {
    const commands = createFakeNodeCommands();
    const { result } = commands;
    const left = [...errors];
    const questions: { readonly at: number; readonly about: string }[] = [];
    let now = 0;
    const hasEnded = (instanceId: string) => now >= (endsAt[instanceId] ?? 0);
    const ask = (about: string) => questions.push({ at: now, about });
    commands.listUnderWay = async () => {
      ask('all');
      const error = left.shift();
      if (error !== undefined) throw error;
      return knows ? Object.keys(endsAt).filter((instanceId) => !hasEnded(instanceId)) : [];
    };
    commands.result = async (commandId, instanceId) => {
      ask(instanceId);
      return hasEnded(instanceId) ? result(commandId, instanceId) : { status: 'running' };
    };
    const sleep = async (milliseconds: number) => {
      now += milliseconds;
    };
    const shared = { ...command, instanceIds: Object.keys(endsAt) };
    const read = (timeoutSeconds = 45) =>
      readOnlyCommands({ commands, clock: () => now, sleep }, { ...shared, timeoutSeconds });
    return { read, about: (one: string) => questions.filter(({ about }) => about === one).map(({ at }) => at) };
  }

  it('asks one question about all of them, and each for its answer once it has one', async () => {
    const { read, about } = waiting();
    expect(hostsOf(await read())).toEqual(['gpu-1', 'gpu-2', 'hub-1']);
    expect(about('all')).toEqual([100, 200, 325, 481.25]);
    expect([about('mi-gpu-1'), about('mi-gpu-2')]).toEqual([[481.25], [481.25]]);
    // The one that is left is asked itself.
    expect(about('mi-hub-1').map(Math.round)).toEqual([677, 921, 1_226, 1_607]);
  });

  it('learns nothing from a question that is throttled, and asks it again', async () => {
    const { read, about } = waiting([throttled, throttled, throttled]);
    expect(hostsOf(await read())).toEqual(['gpu-1', 'gpu-2', 'hub-1']);
    expect([about('all').length, about('mi-gpu-1').length]).toEqual([4, 1]);
  });

  it('asks every one itself where Run Command does not list them', async () => {
    const { read, about } = waiting([refused, refused, refused, refused]);
    expect(hostsOf(await read())).toEqual(['gpu-1', 'gpu-2', 'hub-1']);
    expect([about('all').length, about('mi-gpu-1').length, about('mi-hub-1').length]).toEqual([4, 4, 8]);
  });

  it('asks every one itself where Run Command has no such command in its list', async () => {
    const { read, about } = waiting([], false);
    expect(hostsOf(await read())).toEqual(['gpu-1', 'gpu-2', 'hub-1']);
    expect(about('mi-gpu-1')).toEqual([100, 200, 325, 481.25]);
  });

  it('gives up at the time-out, and keeps what some of them answered', async () => {
    expect(hostsOf(await waiting().read(1))).toEqual(['gpu-1', 'gpu-2', 'no answer within 1 s']);
  });
});

describe('the probes of four hosts', () => {
  it('fit into one parameter, and say who sends which', () => {
    const { allowedPattern } = documents.diagnose.parameters['probes'] ?? { allowedPattern: '^$' };
    const target: ProbeTarget = { kind: 'vtep', peer: 'b', address: '10.42.2.0', payloadBytes: 56, mode: 'echo' };
    const targets = Array.from({ length: 90 }, () => target);
    const ids = ['mi-0a000000000000001', 'i-0a000000000000002', 'i-0a000003', 'mi-0a000000000000004'];
    const probes = formatProbesOf(ids.map((instanceId) => ({ instanceId, targets })));
    expect(probes).toMatch(new RegExp(allowedPattern));
    expect(probes.split(',')).toHaveLength(320);
    expect(probes.split(',')[0]).toBe('mi-0a000000000000001=vtep-b/10.42.2.0/56/echo');
    expect(`${probes},${probes.split(',')[0]}`).not.toMatch(new RegExp(allowedPattern));
  });
});
