import { foreignAddresses } from '../../../core/diagnosis/foreign-addresses.ts';
import { whyAskRestart } from '../../../core/repair/ask-first.ts';
import { actOnHosts } from './act-on-hosts.ts';
import type { Rung } from './rung.ts';

/** Restarts the program that makes the overlay on the host at fault. restart-agent has no rollback. */
export const restartAgent: Rung = {
  name: 'restart-agent',
  claim: 'repairing',
  confirmWithinSeconds: null,
  plan: ({ evidence, diagnosis, facts }) => {
    const device = facts.evidence.flannelDevice;
    const host = diagnosis.hostAtFault ?? evidence.target.node;
    const foreign = foreignAddresses(facts, host);
    if (foreign.length === 0)
      return { device, hosts: [{ host, operations: [] }], beyond: [], asks: whyAskRestart(facts, host) };
    const why = `${host}: flanneld would not start again, ${device} has ${foreign.join(', ')}; take it away first`;
    return { device, hosts: [], beyond: [why] };
  },
  lines: (plan) => [
    ...(plan?.asks ?? []).map((why) => `asks: ${why}`),
    ...(plan?.hosts ?? []).map(({ host }) => `${host}: restart what programs the overlay there (flanneld, k3s, RKE2)`),
  ],
  act: (run, action) =>
    actOnHosts(run, action, { document: 'restart-agent', parameters: () => ({}), isGuarded: false }),
  settle: async () => undefined,
};
