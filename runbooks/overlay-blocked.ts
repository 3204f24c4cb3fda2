import { defineRunbook } from '../core/runbook/runbook.ts';

/** A filter eats the overlay: no route or entry of ours opens a firewall, so only the harm is bounded. */
export const overlayBlocked = defineRunbook({
  class: 'overlay-blocked',
  why: 'Tables are right and the tunnel passes, yet what is encapsulated or forwarded is dropped.',
  stages: [
    {
      name: 'quarantine',
      why: 'A firewall must be opened by a person: keep new pods away meanwhile.',
      on: 'node',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});
