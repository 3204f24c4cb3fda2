import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Claim, planClaim, readClaim } from '../../../core/safety/node-claim.ts';
import { sweep } from '../../../functions/sweep/sweep.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { applied, claimOf } from '../../fakes/node-object.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const NOW = 1_000_000;
const settings = { clusters: ['lab'], recheckSeconds: 300, startGraceSeconds: 120, stackId: 'stack-1' };

/** A claim on a node, whose incident is open, closed or unknown, and what a person did to the node before it. */
const held = fc.record({
  stack: fc.constantFrom('stack-1', 'stack-2', 'none'),
  level: fc.constantFrom('repairing' as const, 'quarantined' as const),
  incident: fc.constantFrom('repairing' as const, 'handed-over' as const, 'closed' as const, 'unknown' as const),
  expired: fc.boolean(),
  slot: fc.boolean(),
  taints: fc.constantFrom([], [{ key: 'maintenance', effect: 'NoExecute' }]),
});
type Held = typeof held extends fc.Arbitrary<infer T> ? T : never;

function claimFor(node: string, { stack, level, expired }: Held): Claim {
  const expiresAt = expired ? NOW - 1 : NOW + 1_000_000;
  const { stackId: _, ...claim } = claimOf({ incidentId: `lab.${node}.1`, level, expiresAt });
  return stack === 'none' ? claim : { ...claim, stackId: stack };
}

/** A claim stays while its incident works, and while another deployment may stand by it. */
function mayStay({ stack, incident, expired }: Held): boolean {
  const isOpen = incident === 'repairing' || incident === 'handed-over';
  if (stack === 'stack-1') return isOpen;
  if (stack === 'stack-2') return !expired;
  return isOpen || (incident === 'unknown' && !expired);
}

async function swept(claims: readonly Held[]) {
  const fleet = healthyFleet(claims.map(() => 'paris'));
  const cluster = createFakeCluster(fleet.nodes);
  const store = createInMemoryIncidentStore();
  const capacity = createInMemoryCapacityLedger();
  for (const [index, one] of claims.entries()) {
    const node = `gpu-${index + 1}`;
    const claim = claimFor(node, one);
    cluster.change(node, (object) => {
      const before = { ...object, spec: { ...object.spec, taints: [...one.taints] } };
      const plan = planClaim(before, claim, claim.placedAt);
      return plan.type === 'patch' ? applied(before, plan.patch) : before;
    });
    const { incidentId, operationKey, expiresAt } = claim;
    if (one.slot) await capacity.update((slots) => [...slots, { node, incidentId, operationKey, expiresAt }]);
    if (one.incident === 'unknown') continue;
    const outcome = one.incident === 'closed' ? ('repaired' as const) : null;
    store.seed(
      incidentOf({
        target: { cluster: 'lab', node },
        incidentId,
        phase: one.incident,
        outcome,
        claimed: true,
        updatedAt: NOW,
      }),
    );
  }
  const log = createRecordingLog();
  const others = {
    approvals: createInMemoryApprovalStore(),
    directory: createInMemoryNodeDirectory(),
    engine: createFakeEngine(),
    safety: createInMemorySafetyRecords(),
  };
  await sweep({ ...others, store, cluster, capacity, log, clock: () => NOW }, settings);
  return { nodes: (await cluster.listNodes()).filter(({ metadata }) => metadata.name.startsWith('gpu')), capacity };
}

it('after a pass no claim is left of whom nobody works for, and no live one is gone; what others wrote stays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(held, { minLength: 1, maxLength: 6 }), async (claims) => {
      const { nodes } = await swept(claims);
      for (const [index, one] of claims.entries()) {
        const node = nodes[index];
        if (node === undefined) throw new Error('a node is gone');
        expect(readClaim(node).type).toBe(mayStay(one) ? 'ours' : 'none');
        expect(node.spec.unschedulable === true).toBe(mayStay(one));
        for (const taint of one.taints) expect(node.spec.taints).toContainEqual(taint);
      }
    }),
  );
});

it('after a pass no slot in the budget is left of an incident that is over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(held, { minLength: 1, maxLength: 6 }), async (claims) => {
      const { capacity } = await swept(claims);
      const left = (await capacity.read()).map(({ node }) => node);
      const expected = claims.flatMap(({ slot, incident, expired }, index) => {
        const isOpen = incident === 'repairing' || incident === 'handed-over';
        return slot && isOpen && !expired ? [`gpu-${index + 1}`] : [];
      });
      expect(left).toEqual(expected);
    }),
  );
});
