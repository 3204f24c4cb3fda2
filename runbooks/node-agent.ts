import { defineRunbook } from '../core/runbook/runbook.ts';

/** The network works. The only repair is for the file that flanneld writes when it starts. */
export const nodeAgent = defineRunbook({
  class: 'node-agent',
  why: 'The overlay works, but a program that the node needs for its pods does not.',
  stages: [
    {
      name: 'restart-agent',
      why: 'flanneld writes /run/flannel/subnet.env when it starts; new pods get their addresses from it.',
      causes: ['subnet-env-missing', 'subnet-env-stale'],
      approval: 'by-policy',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 90,
    },
  ],
});
