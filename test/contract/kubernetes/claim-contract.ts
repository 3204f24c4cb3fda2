import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { CLAIM_ANNOTATION, CLAIM_TAINT } from '../../../core/safety/node-claim.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { clusterFrom, foreignTaint, type Taint } from './cluster-under-test.ts';
import type { ContractContext } from './contract-context.ts';

const NOW = 2_000;
const ourTaint = { key: CLAIM_TAINT, value: 'repairing', effect: 'NoSchedule' };
const isForeign = ({ key }: Taint) => key.startsWith('example.com/');

/** Placing and releasing claims, alone and among other writers. */
export function describeClaims(context: ContractContext): void {
  /** Without what the API server counts up and dates by itself. */
  async function visible(name: string): Promise<NodeObject> {
    const node = await context.others().node(name);
    const { resourceVersion, ...metadata } = node.metadata;
    expect(resourceVersion).toBeDefined();
    return { ...node, metadata, status: {} };
  }

  describe('claiming a node', () => {
    it('cordons, taints and annotates it, and the release leaves it as it was', async () => {
      const name = await context.underTest().freshNode();
      await context.others().patch(name, {
        metadata: { annotations: { team: 'ml' } },
        spec: { taints: [{ ...foreignTaint(1), value: 'x' }, foreignTaint(2)] },
      });
      const before = await visible(name);
      expect(await context.cluster().placeClaim(name, claimOf(), NOW)).toEqual({ type: 'placed' });
      const held = await visible(name);
      expect(held.spec.unschedulable).toBe(true);
      expect(held.spec.taints).toEqual([...(before.spec.taints ?? []), ourTaint]);
      expect(JSON.parse(held.metadata.annotations[CLAIM_ANNOTATION] ?? '')).toEqual(claimOf());
      expect(await context.cluster().releaseClaim(name, claimOf())).toEqual({ type: 'released' });
      expect(await visible(name)).toEqual(before);
    });

    it('keeps a cordon that a person had set', async () => {
      const name = await context.underTest().freshNode();
      await context.others().patch(name, { spec: { unschedulable: true } });
      await context.cluster().placeClaim(name, claimOf(), NOW);
      await context.cluster().releaseClaim(name, claimOf());
      expect((await context.others().node(name)).spec.unschedulable).toBe(true);
    });

    it('taints a gated node alone, cordons it for a repair, and leaves the taint when the repair ends', async () => {
      const name = await context.underTest().freshNode();
      await context.others().changeTaints(name, (taints) => [...taints, foreignTaint(1)]);
      const before = await visible(name);
      const gate = { key: CLAIM_TAINT, value: 'gated', effect: 'NoSchedule' };
      const gateClaim = claimOf({ level: 'gated', gatedAt: NOW });
      expect(await context.cluster().placeClaim(name, gateClaim, NOW)).toEqual({ type: 'placed' });
      const gated = await visible(name);
      expect(gated.spec.unschedulable).toBeUndefined();
      expect(gated.spec.taints).toEqual(expect.arrayContaining([...(before.spec.taints ?? []), gate]));
      expect(await context.cluster().placeClaim(name, claimOf(), NOW)).toEqual({ type: 'placed' });
      expect((await visible(name)).spec.unschedulable).toBe(true);
      expect(await context.cluster().releaseClaim(name, { ...claimOf(), keepGate: true })).toEqual({ type: 'gated' });
      expect((await visible(name)).spec).toEqual(gated.spec);
      expect(await context.cluster().releaseClaim(name, claimOf())).toEqual({ type: 'released' });
      expect(await visible(name)).toEqual(before);
    });

    it('is refused where the Node was created anew under the same name', async () => {
      const name = await context.underTest().freshNode();
      const claim = claimOf({ level: 'gated', nodeUid: 'of-another-node' });
      expect(await context.cluster().placeClaim(name, claim, NOW)).toEqual({
        type: 'refused',
        reason: 'the Node was created anew',
      });
    });

    it('writes nothing the second time', async () => {
      const name = await context.underTest().freshNode();
      await context.cluster().placeClaim(name, claimOf(), NOW);
      const { resourceVersion } = (await context.others().node(name)).metadata;
      expect(await context.cluster().placeClaim(name, claimOf(), NOW)).toEqual({ type: 'unchanged' });
      expect((await context.others().node(name)).metadata.resourceVersion).toBe(resourceVersion);
    });

    it('is refused while another incident holds the node, and releasing is not its to do', async () => {
      const name = await context.underTest().freshNode();
      await context.cluster().placeClaim(name, claimOf({ incidentId: 'inc-2' }), NOW);
      expect(await context.cluster().placeClaim(name, claimOf(), NOW)).toMatchObject({ type: 'refused' });
      expect(await context.cluster().releaseClaim(name, claimOf())).toMatchObject({ type: 'not-ours' });
    });

    it('is refused for a Node that does not exist, whose release finds nothing', async () => {
      expect(await context.cluster().placeClaim('no-such-node', claimOf(), NOW)).toMatchObject({ type: 'refused' });
      expect(await context.cluster().releaseClaim('no-such-node', claimOf())).toEqual({ type: 'nothing' });
    });
  });

  describe('when others write to the same node', () => {
    it('keeps the taints of twenty concurrent writers through placing, and the gaps they leave through releasing', async () => {
      const name = await context.underTest().freshNode();
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      const add = numbers.map((number) =>
        context.others().changeTaints(name, (taints) => [...taints, foreignTaint(number)]),
      );
      const [outcome] = await Promise.all([context.cluster().placeClaim(name, claimOf(), NOW), ...add]);
      expect(outcome).toEqual({ type: 'placed' });
      const held = (await context.others().node(name)).spec.taints ?? [];
      expect(
        held
          .filter(isForeign)
          .map(({ key }) => key)
          .sort(),
      ).toEqual(numbers.map((number) => foreignTaint(number).key).sort());
      expect(held).toContainEqual(ourTaint);

      const drop = numbers.map((number) =>
        context.others().changeTaints(name, (taints) => taints.filter(({ key }) => key !== foreignTaint(number).key)),
      );
      const [released] = await Promise.all([context.cluster().releaseClaim(name, claimOf()), ...drop]);
      expect(released).toEqual({ type: 'released' });
      const left = await context.others().node(name);
      expect((left.spec.taints ?? []).filter((taint) => isForeign(taint) || taint.key === CLAIM_TAINT)).toEqual([]);
      expect(left.spec.unschedulable).toBeUndefined();
    }, 60_000);

    it('gates a node among ten writers of taints, and no taint of theirs is lost', async () => {
      const name = await context.underTest().freshNode();
      const numbers = Array.from({ length: 10 }, (_, index) => index);
      const gateClaim = claimOf({ level: 'gated', gatedAt: NOW });
      const [outcome] = await Promise.all([
        context.cluster().placeClaim(name, gateClaim, NOW),
        ...numbers.map((number) => context.others().changeTaints(name, (taints) => [...taints, foreignTaint(number)])),
      ]);
      expect(outcome).toEqual({ type: 'placed' });
      const taints = (await context.others().node(name)).spec.taints ?? [];
      expect(taints.filter(isForeign)).toHaveLength(numbers.length);
      expect(taints).toContainEqual({ key: CLAIM_TAINT, value: 'gated', effect: 'NoSchedule' });
    }, 60_000);

    it('plans again from what is there then, when somebody wrote between its read and its patch', async () => {
      const name = await context.underTest().freshNode();
      let calls = 0;
      const raced = clusterFrom(context.underTest().kubeconfig, async () => {
        calls += 1;
        if (calls === 2) await context.others().changeTaints(name, (taints) => [...taints, foreignTaint(7)]);
      });
      expect(await raced.placeClaim(name, claimOf(), NOW)).toEqual({ type: 'placed' });
      expect(calls).toBe(4);
      expect((await context.others().node(name)).spec.taints).toEqual(
        expect.arrayContaining([foreignTaint(7), ourTaint]),
      );
    });

    it('leaves a person alone who cordons between its read and its patch', async () => {
      const name = await context.underTest().freshNode();
      let calls = 0;
      const raced = clusterFrom(context.underTest().kubeconfig, async () => {
        calls += 1;
        if (calls === 2) await context.others().patch(name, { spec: { unschedulable: true } });
      });
      await raced.placeClaim(name, claimOf(), NOW);
      await context.cluster().releaseClaim(name, claimOf());
      expect((await context.others().node(name)).spec.unschedulable).toBe(true);
    });
  });
}
