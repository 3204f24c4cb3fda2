import { defineRunbook } from '../core/runbook/runbook.ts';

/** A filter drops the overlay’s packets. Restitch cannot open a firewall, so it only keeps new pods away. */
export const overlayBlocked = defineRunbook({
  class: 'overlay-blocked',
  why: 'Tables are right and the tunnel passes packets, but encapsulated or forwarded packets are dropped.',
  stages: [
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
