import { defineRunbook } from '../core/runbook/runbook.ts';

/** Checksums that a card gets wrong are computed by the kernel. Restitch cannot open a firewall, so it only keeps new pods away. */
export const overlayBlocked = defineRunbook({
  class: 'overlay-blocked',
  why: 'Tables are right and the tunnel passes packets, but encapsulated or forwarded packets are dropped.',
  stages: [
    {
      name: 'reconcile',
      why: 'Turn the checksum offload of flannel’s device off: its packets leave with checksums of the kernel. No packet is lost.',
      causes: ['checksum-offload'],
      approval: 'none',
      disruptive: false,
      // A receiver counted wrong checksums, and TCP alone is lost; it is undone where that does not help.
      minConfidence: 0.7,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'A person must open a firewall: keep new pods away until then.',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});
