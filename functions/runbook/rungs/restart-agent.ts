import { actOnHosts } from './act-on-hosts.ts';
import type { Rung } from './rung.ts';

/** Restarts the program that makes the overlay on the host at fault. restart-agent has no rollback. */
export const restartAgent: Rung = {
  name: 'restart-agent',
  claim: 'repairing',
  plan: ({ evidence, diagnosis }) => ({
    device: evidence.flannelDevice,
    hosts: [{ host: diagnosis.hostAtFault ?? evidence.target.node, operations: [] }],
    beyond: [],
  }),
  lines: (plan) =>
    (plan?.hosts ?? []).map(({ host }) => `${host}: restart what programs the overlay there (flanneld, k3s, RKE2)`),
  act: (run, action) => actOnHosts(run, action, { document: 'restart-agent', parameters: () => ({}) }),
  settle: async () => undefined,
};
