import { defineRunbook } from '../core/runbook/runbook.ts';

/**
 * An interface that somebody set down is set up again, a hub that moved is found again, and flannel's own device gets its
 * peers back; keys and daemons of wg0, and firewalls, are for a person.
 */
export const tunnelDown = defineRunbook({
  class: 'tunnel-down',
  why: 'Nothing gets through the WireGuard tunnel of the node, or through flannel’s own.',
  stages: [
    {
      name: 'reconcile',
      why: 'Set the WireGuard device up again, or point it to where the other nodes find the hub; routes come back by the look that follows. Put back the peers of flannel’s own.',
      on: 'affected-hosts',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'restart-agent',
      why: 'Only flanneld can make its WireGuard device, for it has the key: let it do so anew, as it does at its start.',
      causes: ['flannel-interface-missing', 'flannel-key-unannounced'],
      on: 'node',
      approval: 'by-policy',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 90,
    },
    {
      name: 'quarantine',
      why: 'The tunnel is dead and nothing here revives it: keep new pods away and call a person.',
      on: 'node',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});
