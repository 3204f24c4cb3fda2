import { measuredOn } from '../../../core/evidence/evidence.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planFullState } from '../../../core/repair/plan-entries.ts';
import { actOnHosts, CONFIRM_WITHIN_SECONDS, guardedChange, settleOnHosts } from './act-on-hosts.ts';
import type { Rung } from './rung.ts';

/** Takes the node's VXLAN device down and up, and writes every entry again. */
export const bounce: Rung = {
  name: 'bounce',
  claim: 'repairing',
  confirmWithinSeconds: CONFIRM_WITHIN_SECONDS,
  plan: ({ facts: { network, name, evidence }, diagnosis: { hostAtFault } }) => {
    const device = evidence.flannelDevice;
    // What is wrong with a hub or a peer, no bounce of a node that suffers by it mends.
    if (hostAtFault !== null && hostAtFault !== name)
      return { device, hosts: [], beyond: [`${hostAtFault} is at fault, and no bounce of ${name} mends that`] };
    return planFullState(network, name, device, (host) => measuredOn(evidence.readings, host));
  },
  lines: (plan) =>
    plan === null
      ? []
      : [...plan.hosts.map(({ host }) => `${host}: link ${plan.device} down, then up`), ...planLines(plan)],
  act: (run, action) =>
    actOnHosts(run, action, {
      document: 'bounce',
      parameters: (part, { device }) => ({ ...guardedChange(part), ...(device === null ? {} : { device }) }),
      isGuarded: true,
    }),
  settle: settleOnHosts,
};
