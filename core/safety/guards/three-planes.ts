import { whyManyAreStale } from '../stale-leases.ts';
import { allow, ask, deny, type Guard, wait } from './guard.ts';
import type { StageSnapshot } from './stage-snapshot.ts';

/**
 * A stage that sends commands needs the agent online. A disruptive one needs to know whether the kubelet reports. Where most
 * leases are stale at once nothing acts, but for the repair of a hub, which may be what they are stale for: a person is asked.
 */
export const threePlanes: Guard = {
  name: 'three-planes',
  decide: (snapshot) => {
    const { stage, plan, diagnosis, standing } = snapshot;
    const { agent, lease, handshake, verdict, mayAct } = diagnosis.planes;
    const { leases, leaseLimits } = standing;
    const sendsCommands = plan !== null && plan.hosts.length > 0;
    const inputs = { agent, lease, handshake, verdict, sendsCommands, leases, leaseLimits };
    if (sendsCommands && !mayAct) return deny(inputs, `the SSM agent of the node is ${agent}`);
    if (stage.disruptive && lease === 'unknown') return deny(inputs, 'the lease of the node could not be read');
    const many = leases === null ? undefined : whyManyAreStale(leases, leaseLimits);
    if (many === undefined) return allow(inputs);
    return mendsOnlyHub(snapshot) ? ask(inputs, many) : wait(inputs, `hands off: ${many}`);
  },
};

function mendsOnlyHub({ plan, diagnosis: { hostAtFault }, nodes, labels }: StageSnapshot): boolean {
  const atFault = nodes.find(({ metadata }) => metadata.name === hostAtFault);
  if (plan === null || plan.hosts.length === 0 || atFault?.metadata.labels[labels.role] !== 'hub') return false;
  return plan.hosts.every(({ host }) => host === hostAtFault);
}
