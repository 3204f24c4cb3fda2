import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { CLAIM_ANNOTATION, CLAIM_TAINT, type Claim, planClaim, planRelease } from '../../../core/safety/node-claim.ts';
import { applied, claimOf } from '../../fakes/node-object.ts';

const NOW = 2_000;
const text = fc.string({ maxLength: 12 });
const effect = fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute');
const foreignTaint = fc
  .record(
    {
      key: fc.oneof(text, fc.constant(CLAIM_TAINT)),
      effect,
      value: text,
      timeAdded: fc.constantFrom('2026-11-21T03:00:00Z', '2026-11-21T03:00:00.5Z'),
      extra: fc.integer(),
    },
    { requiredKeys: ['key', 'effect'] },
  )
  .filter((taint) => taint.key !== CLAIM_TAINT || taint.effect !== 'NoSchedule');

/** A node as the API server writes it: empty lists and a false cordon are left out, key and effect are unique. */
const node = fc
  .record({
    labels: fc.dictionary(text, text),
    annotations: fc.dictionary(
      text.filter((key) => key !== CLAIM_ANNOTATION),
      text,
    ),
    taints: fc.uniqueArray(foreignTaint, { selector: ({ key, effect }) => `${effect}/${key}`, maxLength: 6 }),
    cordoned: fc.boolean(),
  })
  .map(({ labels, annotations, taints, cordoned }) =>
    NodeObject.parse({
      metadata: { name: 'gpu-1', resourceVersion: '1', labels, annotations },
      spec: { ...(cordoned ? { unschedulable: true } : {}), ...(taints.length === 0 ? {} : { taints }) },
    }),
  );

const level = fc.constantFrom('repairing' as const, 'quarantined' as const);

function place(subject: NodeObject, claim: Claim): NodeObject {
  const plan = planClaim(subject, claim, NOW);
  return plan.type === 'patch' ? applied(subject, plan.patch) : subject;
}

function release(subject: NodeObject, incidentId: string, stackId = 'stack-1'): NodeObject {
  const plan = planRelease(subject, { incidentId, stackId });
  return plan.type === 'patch' ? applied(subject, plan.patch) : subject;
}

it('restores a node exactly by placing and releasing, whatever others wrote on it and however often levels change', () => {
  fc.assert(
    fc.property(node, fc.array(level, { minLength: 1, maxLength: 4 }), (before, levels) => {
      const held = levels.reduce(
        (subject, wanted, step) =>
          place(subject, claimOf({ level: wanted, operationKey: `inc-1.step.${step}`, expiresAt: 10_000 + step })),
        before,
      );
      expect(held.spec.unschedulable).toBe(true);
      expect(release(held, 'inc-1')).toEqual(before);
    }),
  );
});

it('keeps every taint that others add or remove while the claim is held', () => {
  fc.assert(
    fc.property(node, fc.array(foreignTaint, { maxLength: 3 }), fc.nat(8), (before, added, dropped) => {
      const held = place(before, claimOf());
      const ours = (held.spec.taints ?? []).filter(({ key, effect }) => key === CLAIM_TAINT && effect === 'NoSchedule');
      const kept = (before.spec.taints ?? []).filter((_taint, index) => index !== dropped);
      const meanwhile = { ...held, spec: { ...held.spec, taints: [...added, ...ours, ...kept] } };
      expect(release(meanwhile, 'inc-1').spec.taints ?? []).toEqual([...added, ...kept]);
    }),
  );
});

it('never touches a node in the name of an incident that does not hold it', () => {
  fc.assert(
    fc.property(node, (before) => {
      const held = place(before, claimOf({ incidentId: 'inc-2' }));
      expect(release(held, 'inc-1')).toBe(held);
      expect(release(held, 'inc-2', 'stack-2')).toBe(held);
      expect(place(held, claimOf())).toBe(held);
    }),
  );
});
