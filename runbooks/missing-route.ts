import { defineRunbook } from '../core/runbook/runbook.ts';

/** A route is missing while the VXLAN tables are right: put back what is missing. There is no reason for a bounce. */
export const missingRoute = defineRunbook({
  class: 'missing-route',
  why: 'Pods schedule but cannot talk: a route, a tunnel peer’s AllowedIPs, or forwarding itself is missing.',
  stages: [
    {
      name: 'reconcile',
      why: 'Put back exactly the missing routes, AllowedIPs and forwarding.',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.6,
      timeoutSeconds: 60,
    },
    {
      name: 'cloud-route',
      why: 'Route the tunnel’s network to the hub in the cloud’s route tables. Every host of the VPC uses them, so a person must approve.',
      causes: ['cloud-route-missing'],
      approval: 'required',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'The route could not be put back, or it is removed again and again: keep the scheduler away from the node and call a person.',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.6,
      timeoutSeconds: 60,
    },
  ],
});
