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

describe('the probes of three hosts', () => {
  it('fit into one parameter, and say who sends which', () => {
    const { allowedPattern } = documents.diagnose.parameters['probes'] ?? { allowedPattern: '^$' };
    const target: ProbeTarget = { kind: 'vtep', peer: 'b', address: '10.42.2.0', payloadBytes: 56, mode: 'echo' };
    const targets = Array.from({ length: 90 }, () => target);
    const ids = ['mi-0a000000000000001', 'i-0a000000000000002', 'i-0a000003'];
    const probes = formatProbesOf(ids.map((instanceId) => ({ instanceId, targets })));
    expect(probes).toMatch(new RegExp(allowedPattern));
    expect(probes.split(',')).toHaveLength(240);
    expect(probes.split(',')[0]).toBe('mi-0a000000000000001=vtep-b/10.42.2.0/56/echo');
    expect(`${probes},${probes.split(',')[0]}`).not.toMatch(new RegExp(allowedPattern));
  });
});
