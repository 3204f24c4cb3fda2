import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import {
  CLAIM_ANNOTATION,
  CLAIM_TAINT,
  type Claim,
  cordonedByOthers,
  hasClaimTaint,
  isAnotherNode,
  operatorUncordoned,
  planClaim,
  planRelease,
  readClaim,
  takenBackReason,
} from '../../../core/safety/node-claim.ts';
import { applied, claimOf, nodeWith } from '../../fakes/node-object.ts';

const NOW = 2_000;
const foreignTaint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' };
const ourTaint = { key: CLAIM_TAINT, value: 'repairing', effect: 'NoSchedule' };

function placed(node: NodeObject, claim = claimOf()): NodeObject {
  const plan = planClaim(node, claim, NOW);
  if (plan.type !== 'patch') throw new Error(`expected a patch, got ${plan.type}`);
  return applied(node, plan.patch);
}

const holder = { incidentId: 'inc-1', stackId: 'stack-1' };

describe('a claim of the same incident', () => {
  const node = placed(nodeWith());
  const quarantined = placed(nodeWith(), claimOf({ level: 'quarantined' }));

  it.each<[string, Partial<Claim>]>([
    ['lasts longer', { expiresAt: 10_001 }],
    ['is of another operation', { operationKey: 'inc-1.bounce.2' }],
    ['is of a higher level', { level: 'quarantined' }],
  ])('is written again where it %s', (_, parts) => {
    expect(planClaim(node, claimOf(parts), NOW).type).toBe('patch');
  });

  it('is not written again for a shorter time', () => {
    expect(planClaim(node, claimOf({ expiresAt: 9_999 }), NOW)).toEqual({ type: 'unchanged' });
  });

  it('of another deployment is another one', () => {
    const theirs = claimOf({ stackId: 'stack-2' });
    expect(planClaim(node, theirs, NOW)).toEqual({ type: 'refused', reason: 'claimed by incident inc-1' });
    expect(planRelease(node, { ...holder, stackId: 'stack-2' }).type).toBe('not-ours');
    expect(operatorUncordoned({ ...node, spec: {} }, { ...holder, stackId: 'stack-2' })).toBe(false);
  });

  it('that names no deployment, as version 0.1.0 wrote it, is ours, and gets its name', () => {
    const { stackId: _, ...old } = claimOf();
    const before = nodeWith({ spec: node.spec, annotations: { [CLAIM_ANNOTATION]: JSON.stringify(old) } });
    expect(readClaim(placed(before))).toMatchObject({ claim: { stackId: 'stack-1' } });
    expect(planRelease(before, holder).type).toBe('patch');
  });

  it('is released by its operation alone, where that is said', () => {
    expect(planRelease(node, { ...holder, operationKey: 'inc-1.bounce.1' })).toMatchObject({ to: 'free' });
    expect(planRelease(node, { ...holder, operationKey: 'inc-1.bounce.2' }).type).toBe('not-ours');
  });

  it('leaves a quarantined node quarantined during a repair, unless the taint or the cordon is gone', () => {
    expect(planClaim(quarantined, claimOf(), NOW)).toEqual({ type: 'unchanged' });
    const untainted = { ...quarantined, spec: { unschedulable: true } };
    expect(planClaim(untainted, claimOf(), NOW).type).toBe('patch');
    const wrong = { ...quarantined, spec: { unschedulable: true, taints: [ourTaint] } };
    expect(planClaim(wrong, claimOf({ level: 'quarantined' }), NOW).type).toBe('patch');
  });

  it('is written again where a cordon that a person had set first was lifted', () => {
    const onCordoned = placed(nodeWith({ spec: { unschedulable: true } }));
    expect(planClaim(onCordoned, claimOf(), NOW)).toEqual({ type: 'unchanged' });
    const lifted = { ...onCordoned, spec: { taints: [ourTaint] } };
    expect(operatorUncordoned(lifted, holder)).toBe(false);
    expect(planClaim(lifted, claimOf(), NOW).type).toBe('patch');
    const quarantine = claimOf({ level: 'quarantined' });
    const liftedLater = {
      ...placed(nodeWith({ spec: { unschedulable: true } }), quarantine),
      spec: { taints: [{ ...ourTaint, value: 'quarantined' }] },
    };
    expect(planClaim(liftedLater, claimOf(), NOW).type).toBe('patch');
  });

  it('that quarantines the node is written again for longer', () => {
    expect(planClaim(quarantined, claimOf({ level: 'quarantined', expiresAt: 20_000 }), NOW).type).toBe('patch');
    expect(planClaim(quarantined, claimOf({ level: 'quarantined' }), NOW)).toEqual({ type: 'unchanged' });
  });

  it('is taken away as null, which is how a merge patch removes', () => {
    expect(planRelease(node, holder)).toStrictEqual({
      type: 'patch',
      to: 'free',
      patch: {
        metadata: { annotations: { [CLAIM_ANNOTATION]: null } },
        spec: { unschedulable: null, taints: null },
      },
    });
  });

  it('of a gate is a taint without a cordon, also after a repair', () => {
    const gate = claimOf({ level: 'gated', gatedAt: 1_000 });
    const taints = [{ ...ourTaint, value: 'gated' }];
    const gated = planClaim(nodeWith(), gate, NOW);
    expect(gated).toMatchObject({ patch: { spec: { taints } } });
    expect(gated).not.toHaveProperty('patch.spec.unschedulable');
    const repairing = placed(placed(nodeWith(), gate));
    const after = planRelease(repairing, { ...holder, keepGate: true });
    expect(after).toMatchObject({ to: 'gated', patch: { spec: { unschedulable: null, taints } } });
    const left = after.type === 'patch' ? readClaim(applied(repairing, after.patch)) : after;
    expect(left).toMatchObject({ claim: { level: 'gated', before: { unschedulable: false } } });
  });

  it('is no gate where nothing was gated before', () => {
    expect(planRelease(node, { ...holder, keepGate: true })).toMatchObject({ to: 'free' });
  });
});

describe('a Node that was created anew', () => {
  const withUid = (uid: string | undefined): NodeObject => {
    const node = nodeWith();
    return { ...node, metadata: { ...node.metadata, uid } };
  };

  it.each([
    ['the same', 'a', 'a', false],
    ['another one', 'a', 'b', true],
    ['not known of the Node', undefined, 'b', false],
    ['not known of what was looked at', 'a', undefined, false],
  ])('is told by its UID, which is %s', (_, uid, seen, another) => {
    expect(isAnotherNode(withUid(uid), seen)).toBe(another);
    const wanted = claimOf(seen === undefined ? {} : { nodeUid: seen });
    expect(planClaim(withUid(uid), wanted, NOW)).toMatchObject(
      another ? { type: 'refused', reason: 'the Node was created anew' } : { type: 'patch' },
    );
  });
});

describe('a node that a person took back', () => {
  it.each<[string, NodeObject, string]>([
    ['repaired', placed(nodeWith()), 'a person uncordoned the node'],
    ['gated', placed(nodeWith(), claimOf({ level: 'gated' })), `a person removed the taint ${CLAIM_TAINT}`],
    ['no more ours', nodeWith(), `a person removed the taint ${CLAIM_TAINT}`],
    ['unreadable', nodeWith({ annotations: { [CLAIM_ANNOTATION]: '?' } }), 'a person uncordoned the node'],
  ])('while it was %s: that is told as what was done', (_, node, told) => {
    expect(takenBackReason(node)).toBe(told);
  });
});

describe('a cordon', () => {
  const cordon = (node: NodeObject): NodeObject => ({ ...node, spec: { ...node.spec, unschedulable: true } });

  it.each<[string, NodeObject, boolean]>([
    ['of a node that has none', nodeWith(), false],
    ['of a node without a claim', cordon(nodeWith()), true],
    ['of our repair', placed(nodeWith()), false],
    ['that was there before our repair', placed(cordon(nodeWith())), true],
    ['of a node that is only gated', cordon(placed(nodeWith(), claimOf({ level: 'gated' }))), true],
    ['beside an annotation that is not ours', cordon(nodeWith({ annotations: { [CLAIM_ANNOTATION]: '?' } })), true],
  ])('%s is somebody else’s: %#', (_, node, others) => {
    expect(cordonedByOthers(node)).toBe(others);
  });
});

it.each([
  ['our taint', { key: CLAIM_TAINT, effect: 'NoSchedule' }, true],
  ['our key with another effect', { key: CLAIM_TAINT, effect: 'NoExecute' }, false],
  ['the effect of another taint', { key: 'nvidia.com/gpu', effect: 'NoSchedule' }, false],
])('%s keeps the scheduler away for us: %#', (_, taint, ours) => {
  expect(hasClaimTaint(nodeWith({ spec: { taints: [foreignTaint, taint] } }))).toBe(ours);
  expect(hasClaimTaint(nodeWith())).toBe(false);
});
