import { defineRunbook } from '../core/runbook/runbook.ts';

/** Hosts hold wrong or missing neighbours, forwarding entries or routes: put the expected ones back before touching the link. */
export const vxlanWedge = defineRunbook({
  class: 'vxlan-wedge',
  why: 'The VXLAN device is up, but its tables do not lead to the peers.',
  patience: [
    {
      cause: 'device-missing',
      seconds: 35,
      why: 'This flannel makes a lost device anew within 30 s, without its entries. Waiting avoids making it twice; the entries are put back afterwards.',
    },
  ],
  stages: [
    {
      name: 'reconcile',
      why: 'Put back exactly the entries that differ from the Node objects; no packet of another peer is lost.',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.6,
      timeoutSeconds: 60,
    },
    {
      name: 'restart-agent',
      why: 'Reconcile did not help: restart flanneld, so that it reads every lease again and programs the device.',
      approval: 'by-policy',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 90,
    },
    {
      name: 'bounce',
      why: 'Nothing gentler helped: take the VXLAN link down and up and put every entry back; pods of the node lose packets for about 0.1 s.',
      approval: 'required',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 120,
    },
    {
      name: 'quarantine',
      why: 'Nothing gentler healed the node: keep the scheduler away from it and call a person.',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.6,
      timeoutSeconds: 60,
    },
  ],
});
