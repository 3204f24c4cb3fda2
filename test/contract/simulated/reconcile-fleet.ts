import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { overlayConfig } from '../../../core/overlay/overlay-config.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import type { ActionReport } from '../../../core/repair/action-report.ts';
import { planReconcile } from '../../../core/repair/plan-entries.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { act, diagnose, VXLAN } from './fleet-documents.ts';

let keys = 0;

/** What the Node objects of a fleet say that its overlay must look like. */
export function networkOf(fleet: Fleet, hosts: readonly NodeEvidence[] = []) {
  return expectedNetwork(
    fleet.hosts.map(({ node }) =>
      NodeObject.parse({
        metadata: { name: node.name, resourceVersion: '1', labels: node.labels, annotations: node.annotations },
        spec: { podCIDR: node.podCIDR },
        status: { addresses: [{ type: 'InternalIP', address: node.internalIP }] },
      }),
    ),
    'gpu-1',
    overlayConfig(hosts, VXLAN),
  );
}

/** Reads every host, and puts back on each what differs from the Node objects. */
export async function reconcile(fleet: Fleet): Promise<readonly ActionReport[]> {
  const measured = await Promise.all(fleet.hosts.map(({ name }) => diagnose(fleet, name)));
  const expected = networkOf(fleet, measured);
  const drifts = fleet.hosts.flatMap(({ name }, index) => {
    const host = measured[index];
    return host === undefined ? [] : expected.findDrift(name, host, VXLAN);
  });
  const plan = planReconcile(expected, drifts, VXLAN);
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
