import { describe, expect, it } from 'vitest';
import { namespacesOf, processesOf } from './left-behind.ts';
import { restitchOfEachTest } from './restitch-of-each-test.ts';
import { closedIncident, journalOf, startRestitch, until } from './restitch-process.ts';

const own = restitchOfEachTest();

describe('a drill of vxlan-wedge', () => {
  it('breaks the node, heals it without a disruptive stage, ends with exit 0 and leaves nothing behind', async () => {
    const restitch = await own.start(['--drill', 'vxlan-wedge']);
    expect(await restitch.ended).toBe(0);
    const told = restitch.lines.join('\n');
    expect(told).toContain('diagnosis: vxlan-wedge (fdb-missing) on gpu-1');
    expect(told).toContain('reconcile healed it');
    expect(told).not.toContain('cordoned and tainted');
    expect(told).not.toContain('bounce');
    expect(namespacesOf(own.stateDir())).toEqual([]);
    expect(processesOf(own.stateDir())).toEqual([]);
  });
});

describe('when the runtime is killed in the middle of a repair', () => {
  it('continues after the next start, and the repair runs once', async () => {
    const killed = await startRestitch(own.stateDir(), ['--drill', 'vxlan-wedge']);
    await until(async () => (killed.lines.some((line) => line.includes('reconcile may act')) ? true : undefined));
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;
    const restitch = await own.start();
    const incident = await closedIncident(restitch);
    expect(incident.outcome).toBe('repaired');
    const repairs = (await journalOf(own.stateDir(), 'gpu-1')).filter((key) => key.includes('.reconcile.'));
    expect(repairs).toHaveLength(1);
    expect(await restitch.incidents()).toHaveLength(1);
  });
});

describe('a drill that was broken off while it waited for a person', () => {
  it('is ended by the next one, which is played from its own alert on', async () => {
    const brokenOff = await startRestitch(own.stateDir(), ['--drill', 'vxlan-wedge', '--fail-apply']);
    await until(async () => (brokenOff.lines.some((line) => line.includes('decide at')) ? true : undefined));
    await brokenOff.interrupt();
    const restitch = await own.start(['--drill', 'vxlan-wedge']);
    expect(await restitch.ended).toBe(0);
    const told = restitch.lines.join('\n');
    expect(told).toContain('an earlier drill was broken off, its incident is open: lab.gpu-1.1-');
    expect(told).toContain('its incident has ended');
    expect(told).toMatch(/its incident has ended.*opened by .*reconcile healed it/s);
  });
});

describe('a runtime at rest', () => {
  it('keeps a second one from its state folder, and ends everything at Ctrl-C', async () => {
    const restitch = await own.start();
    await expect(startRestitch(own.stateDir())).rejects.toThrow('is in use by process');
    expect(await restitch.incidents()).toEqual([]);
    expect(await restitch.interrupt()).toBe(0);
    expect(namespacesOf(own.stateDir())).toEqual([]);
    expect(processesOf(own.stateDir())).toEqual([]);
  });
});
