import { defineRunbook } from '../core/runbook/runbook.ts';

/**
 * Sets an interface up again that is down, points a node to the hub's new address, and restores the peers of flannel's own
 * device. Keys and daemons of wg0, and firewalls, are left to a person.
 */
export const tunnelDown = defineRunbook({
  class: 'tunnel-down',
  why: 'Nothing gets through the WireGuard tunnel of the node, or through flannel’s own.',
  stages: [
    {
      name: 'reconcile',
      why: 'Set the WireGuard device up again, or point it to the hub’s address that the other nodes use, or put back the peers of flannel’s own device. Lost routes follow in the next round.',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'restart-agent',
      why: 'Only flanneld has the key for its WireGuard device: restart it, so that it makes the device again.',
      causes: ['flannel-interface-missing', 'flannel-key-unannounced'],
      approval: 'by-policy',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 90,
    },
    {
      name: 'quarantine',
      why: 'The tunnel is dead and could not be repaired: keep new pods away and call a person.',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});
