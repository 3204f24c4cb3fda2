import { describe, expect, it } from 'vitest';
import { type Drilled, drillVerdict } from '../../../cli/doctor/drill-verdict.ts';
import { chooseNode } from '../../../cli/doctor/drilled-node.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { CommandRunner } from '../../../core/runbook/node-command.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { createFakeCluster, type FakeCluster } from '../../fakes/fake-cluster.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { captureCli } from './captured-cli.ts';

const target = { cluster: 'lab', node: 'gpu-1' };

/** What a drill would see of this node, after five minutes. */
async function drilled(environment: Readonly<Record<string, string>>, sick: readonly string[]): Promise<Drilled> {
  const chain = createChainUnderTest(environment, { sick });
  const startsAt = new Date(chain.clock.now()).toISOString();
  await chain.post(rawAlert({ labels: { alertname: 'OverlayEntriesBroken', ...target }, startsAt }));
  for (let second = 0; second < 300; second++) {
    chain.clock.advanceSeconds(1);
    chain.engine.tick();
    await chain.engine.idle();
  }
  const incident = await chain.ports.store.getLatest(target);
  const receipt = await chain.ports.store.readReceipt(incident?.incidentId ?? '');
  return { incident, receipt, commands: [], waitSeconds: 300 };
}

describe('the verdict of a drill', () => {
  it('is passed for a healthy node to which nothing was done, in shadow too', async () => {
    const healthy = drillVerdict(await drilled({}, []), '');
    expect(healthy).toEqual({ passed: true, lines: [expect.stringContaining('nothing was done to any node')] });
    expect(drillVerdict(await drilled({ REPAIR_MODE: 'shadow' }, []), '').passed).toBe(true);
  });

  it('is failed for a node that had to be repaired, with what was done', async () => {
    const { passed, lines } = drillVerdict(await drilled({}, ['gpu-1']), ' --stack Restitch');
    expect(passed).toBe(false);
    expect(lines).toContainEqual(expect.stringContaining('it ended as repaired'));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}command: reconcile on/));
    expect(lines.at(-1)).toMatch(/restitch incidents show lab\.gpu-1\S* --stack Restitch$/);
  });

  it('is failed for a sick node in shadow, though nothing was done', async () => {
    const { passed, lines } = drillVerdict(await drilled({ REPAIR_MODE: 'shadow' }, ['gpu-1']), '');
    expect([passed, lines.join('\n')]).toEqual([false, expect.stringContaining('not healthy')]);
  });

  it('is failed where Run Command has what the receipt has not', async () => {
    const commands = [{ document: 'Restitch-apply-0123456789ab', operationKey: 'lab.gpu-1.1.reconcile.1' }];
    const { passed, lines } = drillVerdict({ ...(await drilled({}, [])), commands }, '');
    expect([passed, lines.join('\n')]).toEqual([false, expect.stringContaining('Run Command ran Restitch-apply')]);
  });

  it('says when Run Command could not be asked, and when nobody saw the alert', async () => {
    const unread = drillVerdict({ ...(await drilled({}, [])), commands: undefined }, '');
    expect([unread.passed, unread.lines.at(-1)]).toEqual([true, expect.stringContaining('the receipt’s word')]);
    const unseen = { incident: undefined, receipt: [], commands: undefined, waitSeconds: 9 };
    expect(drillVerdict(unseen, '')).toMatchObject({
      passed: false,
      lines: [expect.stringContaining('9 s'), expect.anything()],
    });
  });
});

const online: Pick<CommandRunner, 'findInstance'> = {
  findInstance: async (node) => ({
    type: 'found',
    instanceId: `mi-${node}`,
    agent: { status: 'online', version: '3.3.2746.0' },
  }),
};

function ports(change: (cluster: FakeCluster) => void = () => {}, commands = online) {
  const cluster = createFakeCluster();
  change(cluster);
  return { cluster, commands, store: createChainUnderTest().ports.store };
}
const any = { cluster: 'lab', node: undefined, roleLabel: 'restitch.dev/role' };
const notReady = (node: NodeObject): NodeObject => ({
  ...node,
  status: { ...node.status, conditions: [{ type: 'Ready', status: 'False' }] },
});

describe('the node of a drill', () => {
  it('is a Ready one that is no hub', async () => {
    const chosen = await chooseNode(ports(), any);
    expect(chosen).toMatchObject({ type: 'chosen', node: expect.not.stringContaining('hub') });
  });

  it.each([
    ['is not Ready', (cluster: FakeCluster) => cluster.change('gpu-1', notReady)],
    [
      'is cordoned',
      (cluster: FakeCluster) =>
        cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } })),
    ],
  ])('is never one that %s', async (why, change) => {
    const chosen = await chooseNode(ports(change), { ...any, node: 'gpu-1' });
    expect(chosen).toEqual({ type: 'none', reasons: [`gpu-1 ${why}`] });
    expect(await chooseNode(ports(change), any)).toMatchObject({
      type: 'chosen',
      node: expect.not.stringMatching(/^gpu-1$/),
    });
  });

  it('is never one that has an open incident', async () => {
    const chain = createChainUnderTest({}, { sick: ['gpu-1'] });
    await chain.post(rawAlert({ labels: { alertname: 'OverlayEntriesBroken', ...target } }));
    const chosen = await chooseNode({ ...ports(), store: chain.ports.store }, { ...any, node: 'gpu-1' });
    expect(chosen).toEqual({ type: 'none', reasons: [expect.stringContaining('has an open incident: lab.gpu-1')] });
  });

  it('is one whose instance is known for sure and answers', async () => {
    const ambiguous = 'several instances have the tag restitch:node with the value gpu-1: mi-1, mi-2';
    const lookups: Pick<CommandRunner, 'findInstance'> = {
      findInstance: async (node, providerId) => {
        if (node === 'gpu-1') return { type: 'ambiguous', instanceIds: ['mi-1', 'mi-2'], reason: ambiguous };
        return online.findInstance(node, providerId);
      },
    };
    const chosen = await chooseNode(
      ports(() => {}, lookups),
      { ...any, node: 'gpu-1' },
    );
    expect(chosen).toEqual({ type: 'none', reasons: [`gpu-1: ${ambiguous}`] });
    expect(
      await chooseNode(
        ports(() => {}, lookups),
        any,
      ),
    ).toMatchObject({ type: 'chosen' });
  });

  it('is not made up', async () => {
    const reasons = ['the cluster has no node gpu-99'];
    expect(await chooseNode(ports(), { ...any, node: 'gpu-99' })).toEqual({ type: 'none', reasons });
  });
});

describe('restitch doctor --drill', () => {
  it.each([[[]], [['--state-dir', '/tmp']], [['--state-dir', 'a', '--stack', 'b']], [['--stack', 'b', '--wait', '0']]])(
    'ends with 2: %j',
    async (args) => {
      expect((await captureCli(['doctor', '--drill', ...args])).code).toBe(2);
    },
  );
});
