import { describe, expect, it } from 'vitest';
import { pollUntil, readOnlyCommand } from '../../../functions/runbook/look/read-only-command.ts';
import { createFakeNodeCommands } from '../../fakes/fake-node-commands.ts';

const command = {
  document: 'diagnose' as const,
  instanceId: 'mi-gpu-1',
  parameters: { probes: '' },
  operationKey: 'i.diagnose.all',
  timeoutSeconds: 60,
};

/** Run Command, and when it was asked for the answer of each command: milliseconds after its sending. */
function setUp() {
  const commands = createFakeNodeCommands();
  const { result } = commands;
  let now = 0;
  let lasts = 0;
  let asked: number[] = [];
  commands.result = async (commandId, instanceId) => {
    asked.push(now);
    return now < lasts ? { status: 'running' } : result(commandId, instanceId);
  };
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  return async (milliseconds: number, probes = '') => {
    [now, lasts, asked] = [0, milliseconds, []];
    const parameters = { ...command.parameters, probes };
    const reading = await readOnlyCommand({ commands, clock: () => now, sleep }, { ...command, parameters });
    expect(reading.type).toBe('printed');
    return asked;
  };
}

describe('asking for the answer of a command', () => {
  it('begins soon, and then comes again at growing intervals of at most half a second', async () => {
    const asked = await setUp()(2_500);
    expect(asked[0]).toBe(100);
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(pauses[0]).toBe(100);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(500);
  });

  it('begins when the fastest of the latest commands was nearly over', async () => {
    const read = setUp();
    const [, ...earlier] = await read(2_000);
    const again = await read(2_000);
    expect(again[0]).toBeGreaterThan(1_500);
    expect(again[0]).toBeLessThan(2_000);
    expect(again.length).toBeLessThanOrEqual(earlier.length / 2);
  });

  it('knows each kind of command: one that sends packets waits for them', async () => {
    const read = setUp();
    await read(1_500);
    const probes = 'vtep-hub-1/10.42.0.0/56/echo';
    expect((await read(2_500, probes))[0]).toBeLessThan(1_500);
    expect((await read(2_500, probes))[0]).toBeGreaterThan(2_000);
    expect((await read(1_500))[0]).toBeLessThan(1_500);
  });

  it('begins no later than twice the time of the fastest of all: where packets are lost the same command takes longer', async () => {
    const read = setUp();
    await read(200);
    await read(2_500, 'vtep-hub-1/10.42.0.0/56/echo');
    expect((await read(500, 'vtep-hub-1/10.42.0.0/56/echo'))[0]).toBeLessThan(500);
  });

  it('finds out when commands become faster', async () => {
    const read = setUp();
    for (let command = 0; command < 3; command++) await read(2_000);
    for (let command = 0; command < 12; command++) await read(200);
    expect((await read(200)).at(-1)).toBeLessThan(400);
  });

  it('begins after three seconds at the latest, and soon again when the slow commands are long ago', async () => {
    const read = setUp();
    await read(20_000);
    expect((await read(200))[0]).toBe(3_000);
    expect((await read(20_000))[0]).toBe(2_400);
  });

  it('knows of each Run Command its own pace', async () => {
    await setUp()(2_000);
    expect((await setUp()(2_000))[0]).toBe(100);
  });

  it('is done at once where it was sent long ago, which says nothing of the pace', async () => {
    const commands = createFakeNodeCommands();
    const { commandId } = await commands.send(command);
    const pauses: number[] = [];
    const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
    const ports = { commands, clock: () => 0, sleep };
    const sent = { commandId, kind: 'diagnose', instanceIds: [command.instanceId] };
    expect(await pollUntil(ports, sent, 8_000)).toMatchObject([{ status: 'succeeded' }]);
    expect(pauses).toEqual([]);
    await pollUntil({ ...ports, clock: () => 2_000 }, { ...sent, sentAt: 0 }, 8_000);
    await pollUntil(ports, sent, 8_000);
    await pollUntil(ports, { ...sent, sentAt: 0 }, 8_000);
    expect(pauses).toEqual([100, 1_600]);
  });
});
