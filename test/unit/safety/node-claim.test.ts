import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import {
  CLAIM_ANNOTATION,
  CLAIM_TAINT,
  type ClaimHolder,
  claimExpired,
  cordonedByOthers,
  operatorUncordoned,
  planClaim,
  planRelease,
  readClaim,
} from '../../../core/safety/node-claim.ts';
import { annotated, applied, claimOf, nodeWith } from '../../fakes/node-object.ts';

const NOW = 2_000;
const foreignTaint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' };
const controllerTaint = {
  key: 'node.kubernetes.io/unreachable',
  effect: 'NoExecute',
  timeAdded: '2026-11-21T03:00:00Z',
};
const ourTaint = { key: CLAIM_TAINT, value: 'repairing', effect: 'NoSchedule' };

function placed(node: NodeObject, claim = claimOf()): NodeObject {
  const plan = planClaim(node, claim, NOW);
  if (plan.type !== 'patch') throw new Error(`expected a patch, got ${plan.type}`);
  return applied(node, plan.patch);
}

const holder = { incidentId: 'inc-1', stackId: 'stack-1' };

function released(node: NodeObject, of: ClaimHolder = holder): NodeObject {
  const plan = planRelease(node, of);
  if (plan.type !== 'patch') throw new Error(`expected a patch, got ${plan.type}`);
  return applied(node, plan.patch);
}

describe('a free node', () => {
  it('is cordoned, tainted and annotated in one patch, behind the taints of others', () => {
    const node = placed(nodeWith({ spec: { taints: [foreignTaint, controllerTaint] } }));
    expect(node.spec.unschedulable).toBe(true);
    expect(node.spec.taints).toEqual([foreignTaint, controllerTaint, ourTaint]);
    expect(readClaim(node)).toEqual({ type: 'ours', claim: claimOf() });
  });

  it('remembers from the node itself that it was schedulable, whatever the wanted claim says', () => {
    const node = placed(nodeWith(), claimOf({ before: { unschedulable: true } }));
    expect(readClaim(node)).toEqual({ type: 'ours', claim: claimOf({ before: { unschedulable: false } }) });
  });

  it('carries nothing of ours after the release', () => {
    const node = nodeWith({ spec: { taints: [controllerTaint] }, annotations: { team: 'ml' } });
    expect(released(placed(node))).toEqual(node);
  });
});

describe('a node that a person cordoned before', () => {
  const cordoned = nodeWith({ spec: { unschedulable: true } });

  it('is tainted and annotated, and its cordon remembered', () => {
    expect(readClaim(placed(cordoned))).toEqual({
      type: 'ours',
      claim: claimOf({ before: { unschedulable: true } }),
    });
  });

  it('stays cordoned after the release', () => {
    expect(released(placed(cordoned))).toEqual(cordoned);
  });

  it('is given back schedulable when the person lifted the cordon and the claim was renewed since', () => {
    const uncordoned = { ...placed(cordoned), spec: { taints: [ourTaint] } };
    const renewed = placed(uncordoned, claimOf({ expiresAt: 20_000 }));
    expect(released(renewed).spec.unschedulable).toBeUndefined();
  });
});

describe('a node that health gating tainted', () => {
  const gateClaim = claimOf({ level: 'gated', operationKey: 'inc-1.gate.1', gatedAt: 1_000 });
  const gateTaint = { key: CLAIM_TAINT, value: 'gated', effect: 'NoSchedule' };
  const gated = placed(nodeWith({ spec: { taints: [foreignTaint] } }), gateClaim);
  const cordon = (node: NodeObject): NodeObject => ({ ...node, spec: { ...node.spec, unschedulable: true } });

  it('is not cordoned, and carries nothing of ours after the release', () => {
    expect(gated.spec).toEqual({ taints: [foreignTaint, gateTaint] });
    expect(released(gated)).toEqual(nodeWith({ spec: { taints: [foreignTaint] } }));
  });

  it('is left alone when it is gated again', () => {
    expect(planClaim(gated, gateClaim, NOW)).toEqual({ type: 'unchanged' });
  });

  it('is cordoned for a repair, and only tainted again when the repair ends', () => {
    const repairing = placed(gated);
    expect(repairing.spec).toEqual({ unschedulable: true, taints: [foreignTaint, ourTaint] });
    const after = released(repairing, { ...holder, keepGate: true });
    expect(after.spec).toEqual({ taints: [foreignTaint, gateTaint] });
    expect(readClaim(after)).toMatchObject({ type: 'ours', claim: { level: 'gated', gatedAt: 1_000 } });
    expect(released(after)).toEqual(released(gated));
  });

  it('carries nothing of ours when the incident ends in the middle of a repair', () => {
    expect(released(placed(gated))).toEqual(released(gated));
  });

  it('keeps a cordon that a person set since, after a repair and after the release', () => {
    expect(released(cordon(gated)).spec.unschedulable).toBe(true);
    const after = released(placed(cordon(gated)), { ...holder, keepGate: true });
    expect(after.spec).toEqual({ unschedulable: true, taints: [foreignTaint, gateTaint] });
    expect(cordonedByOthers(cordon(gated))).toBe(true);
  });

  it('was taken back when our taint is gone, and is not claimed again by this incident', () => {
    const untainted = { ...gated, spec: { taints: [foreignTaint] } };
    expect(operatorUncordoned(gated, holder)).toBe(false);
    expect(operatorUncordoned(untainted, holder)).toBe(true);
    expect(planClaim(untainted, gateClaim, NOW)).toMatchObject({ type: 'refused' });
    expect(planClaim(untainted, claimOf(), NOW)).toMatchObject({ type: 'refused' });
  });

  it.each(['repairing', 'quarantined'] as const)('never takes the place of a claim that is %s', (level) => {
    expect(planClaim(placed(nodeWith(), claimOf({ level })), gateClaim, NOW)).toMatchObject({ type: 'refused' });
  });
});

describe('a node that carries our claim', () => {
  it('is left alone when the same claim is placed again', () => {
    expect(planClaim(placed(nodeWith()), claimOf(), NOW)).toEqual({ type: 'unchanged' });
  });

  it('gets the later expiry of a renewed claim', () => {
    const node = placed(placed(nodeWith()), claimOf({ expiresAt: 20_000 }));
    expect(readClaim(node)).toMatchObject({ claim: { expiresAt: 20_000 } });
  });

  it('gets its taint back when somebody removed it', () => {
    const node = placed(nodeWith());
    expect(placed({ ...node, spec: { unschedulable: true } }).spec.taints).toEqual([ourTaint]);
  });

  it('keeps what was there before when the level rises, and one taint of ours', () => {
    const raised = placed(placed(nodeWith()), claimOf({ level: 'quarantined', operationKey: 'inc-1.quarantine.1' }));
    expect(raised.spec.taints).toEqual([{ ...ourTaint, value: 'quarantined' }]);
    expect(readClaim(raised)).toMatchObject({ claim: { level: 'quarantined', before: { unschedulable: false } } });
    expect(released(raised)).toEqual(nodeWith());
  });

  it('is not cordoned again after a person lifted the cordon', () => {
    const node = placed(nodeWith());
    const takenBack = { ...node, spec: { ...node.spec, unschedulable: false } };
    expect(operatorUncordoned(takenBack, holder)).toBe(true);
    expect(planClaim(takenBack, claimOf({ level: 'quarantined' }), NOW)).toMatchObject({ type: 'refused' });
  });

  it('can still be released after a person lifted the cordon', () => {
    const node = placed(nodeWith());
    expect(released({ ...node, spec: { taints: [ourTaint] } })).toEqual(nodeWith());
  });
});

describe('a claim of another incident', () => {
  const held = (expiresAt: number) =>
    nodeWith({
      spec: { unschedulable: true, taints: [ourTaint] },
      annotations: annotated(claimOf({ incidentId: 'inc-2', expiresAt })),
    });

  it.each([
    { expiresAt: NOW - 1, outcome: 'patch' },
    { expiresAt: NOW, outcome: 'patch' },
    { expiresAt: NOW + 1, outcome: 'refused' },
  ])('that expires at $expiresAt is, at 2000, answered with $outcome', ({ expiresAt, outcome }) => {
    expect(planClaim(held(expiresAt), claimOf(), NOW).type).toBe(outcome);
    expect(claimExpired(claimOf({ expiresAt }), NOW)).toBe(outcome === 'patch');
  });

  it('is taken over with what it remembers when it is expired', () => {
    expect(released(placed(held(NOW)))).toEqual(nodeWith());
  });

  it('is not ours to release, expired or not', () => {
    expect(planRelease(held(NOW), holder)).toEqual({ type: 'not-ours', reason: 'claimed by incident inc-2' });
  });

  it('says nothing about a cordon of ours', () => {
    const node = held(NOW);
    expect(operatorUncordoned({ ...node, spec: {} }, holder)).toBe(false);
  });
});

describe('an annotation that does not parse', () => {
  it.each([
    ['no JSON', 'mine'],
    ['another owner', JSON.stringify({ ...claimOf(), owner: 'somebody' })],
    ['a missing field', JSON.stringify({ owner: 'restitch', incidentId: 'inc-1' })],
    ['a level we do not know', JSON.stringify({ ...claimOf(), level: 'drained' })],
  ])('(%s) is foreign: neither replaced nor released', (_what, text) => {
    const node = nodeWith({ annotations: { [CLAIM_ANNOTATION]: text } });
    expect(readClaim(node)).toEqual({ type: 'unreadable' });
    expect(planClaim(node, claimOf(), NOW).type).toBe('refused');
    expect(planRelease(node, holder).type).toBe('not-ours');
    expect(operatorUncordoned(node, holder)).toBe(false);
  });
});

describe('a node without a claim', () => {
  it('has nothing to release, though it is cordoned and tainted', () => {
    const node = nodeWith({ spec: { unschedulable: true, taints: [foreignTaint] } });
    expect(planRelease(node, holder)).toEqual({ type: 'nothing' });
  });

  it('keeps a taint of our key with another effect', () => {
    const theirs = { key: CLAIM_TAINT, value: 'x', effect: 'NoExecute' };
    const node = nodeWith({ spec: { taints: [theirs] } });
    expect(placed(node).spec.taints).toEqual([theirs, ourTaint]);
    expect(released(placed(node))).toEqual(node);
  });
});
