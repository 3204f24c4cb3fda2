import { vxlanNetwork } from '../../../core/evidence/expected-network.ts';
import { findDrift } from '../../../core/evidence/find-drift.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import type { ActionReport } from '../../../core/repair/action-report.ts';
import { formatOperation } from '../../../core/repair/operation.ts';
import { planReconcile } from '../../../core/repair/plan-entries.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { act, diagnose, VXLAN } from './fleet-documents.ts';

let keys = 0;

/** What the Node objects of a fleet say that its overlay must look like. */
export function networkOf(fleet: Fleet) {
  return vxlanNetwork(
    fleet.hosts.map(({ node }) =>
      NodeObject.parse({
        metadata: { name: node.name, resourceVersion: '1', labels: node.labels, annotations: node.annotations },
        spec: { podCIDR: node.podCIDR },
        status: { addresses: [{ type: 'InternalIP', address: node.internalIP }] },
      }),
    ),
  );
}

/** Reads every host, and puts back on each what differs from the Node objects. */
export async function reconcile(fleet: Fleet): Promise<readonly ActionReport[]> {
  const expected = networkOf(fleet);
  const drifts = await Promise.all(
    fleet.hosts.map(async ({ name }) => findDrift(name, expected, await diagnose(fleet, name), VXLAN)),
  );
  const plan = planReconcile(expected, drifts.flat(), VXLAN);
  return Promise.all(
    plan.hosts.map(({ host, operations }) => {
      keys += 1;
      return act(fleet, host, 'apply', {
        operationKey: `test.reconcile.${keys}`,
        fencingToken: '1',
        operations: operations.map(formatOperation).join(','),
        check: 'false',
        confirmWithinSeconds: '0',
      });
    }),
  );
}
