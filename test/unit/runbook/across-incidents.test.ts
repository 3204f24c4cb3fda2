import { describe, expect, it } from 'vitest';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { incidentOf, workItemOf } from '../../fakes/sample-records.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const target = { cluster: 'lab', node: 'gpu-1' };

/** gpu-1 whose flanneld loses its file again and again; a restart brings it back. Alerts come as Alertmanager sends them. */
function flappingNode(environment: Readonly<Record<string, string>> = {}) {
  const work = createIncidentUnderTest({ STABLE_SECONDS: '5', ...environment });
  const { commands, clock, store, engine } = work;
  store.seed(incidentOf({ target, incidentId: 'lab.gpu-1.1', phase: 'closed', outcome: 'repaired', closedAt: 1 }));
  commands.broken = false;
  commands.heals = ['restart-agent'];
  // The network passes all the while: what is broken is flanneld's file.
  commands.lost = () => false;
  const fault = { present: false };
  const { send } = commands;
  commands.send = async (command) => {
    if (command.document === 'restart-agent') fault.present = false;
    return send(command);
  };
  commands.reads = (evidence, host) =>
    host === 'gpu-1' && fault.present ? { ...evidence, subnetEnv: null } : evidence;
  const ports = { ...work, directory: createInMemoryNodeDirectory() };
  const atRest = async () => {
    await engine.idle();
    const latest = await store.getLatest(target);
    return latest === undefined || latest.phase === 'closed' || latest.phase === 'handed-over';
  };
  const settle = async () => {
    for (let second = 0; second < 120 && !(await atRest()); second++) {
      work.advanceSeconds(1);
      engine.tick();
    }
  };
  return {
    ...work,
    restarts: () => work.acted().filter((document) => document === 'restart-agent').length,
    /** The fault shows, the alert fires; later the file comes back by itself, and the alert resolves. */
    flap: async (number: number) => {
      fault.present = true;
      const item = workItemOf({ target, fingerprint: 'a', startsAt: clock(), receivedAt: clock(), status: 'firing' });
      await dispatch(item, ports);
      await settle();
      fault.present = false;
      await dispatch({ ...item, status: 'resolved', receivedAt: clock() }, ports);
      await settle();
      work.advanceSeconds(Math.max(0, 30 * number));
    },
    receipts: async () => {
      const all = await store.listRecent(20);
      return (await Promise.all(all.map(({ incidentId }) => store.readReceipt(incidentId)))).flat();
    },
  };
}

describe('a node that flaps six times', () => {
  it('gets one restart of its agent, and a person is told that it flaps', async () => {
    const node = flappingNode();
    for (let number = 0; number < 6; number++) await node.flap(1);
    expect(node.restarts()).toBe(1);
    const said = (await node.receipts()).filter(({ event }) => event === 'handed-over').map(({ summary }) => summary);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining('restart-agent acted on gpu-1'),
        expect.stringContaining('gpu-1 is flapping: 3 incidents'),
      ]),
    );
  });

  it('gets the next restart when the cooldown is over', async () => {
    const node = flappingNode({ COOLDOWN_SECONDS: 'restart-agent=1800', FLAP_INCIDENTS: '100' });
    await node.flap(1);
    await node.flap(1);
    expect(node.restarts()).toBe(1);
    node.advanceSeconds(1_800);
    await node.flap(1);
    expect(node.restarts()).toBe(2);
  });

  it('is left alone after as many runs as a day may have', async () => {
    const node = flappingNode({ COOLDOWN_SECONDS: '', FLAP_INCIDENTS: '100', RUNS_PER_DAY: '2' });
    for (let number = 0; number < 4; number++) await node.flap(1);
    expect(node.restarts()).toBe(2);
  });
});

describe('three runs that did not heal the node', () => {
  it('are the last ones, and the trend is on the page', async () => {
    const work = createIncidentUnderTest({
      COOLDOWN_SECONDS: '',
      FLAP_INCIDENTS: '100',
      APPROVAL_TIMEOUT_SECONDS: '60',
      APPROVE_QUARANTINE: 'true',
    });
    work.commands.heals = [];
    for (let number = 1; number <= 4; number++) {
      const incidentId = `lab.gpu-1.${number}`;
      work.store.seed(incidentOf({ target, incidentId, sequence: number }));
      await work.engine.start(`lab_gpu-1_${number}-1`, { incidentId, run: 1 });
      await work.workUntil(() => true);
      for (let second = 0; second < 600; second++) {
        await work.engine.idle();
        if ((await work.store.get(incidentId))?.phase === 'handed-over') break;
        work.advanceSeconds(1);
        work.engine.tick();
      }
      await work.store.update(incidentId, (current) => ({ ...current, phase: 'closed' }));
    }
    expect(work.acted().filter((document) => document === 'apply')).toHaveLength(3);
    const [last] = (await work.store.readReceipt('lab.gpu-1.4')).filter(({ event }) => event === 'handed-over');
    expect(last?.summary).toContain('3 runs within 4 hours did not heal gpu-1: automation stops for it');
    expect(last?.summary).toContain('reconcile against');
  });
});
