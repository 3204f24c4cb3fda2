import { defineRunbook } from '../core/runbook/runbook.ts';

/** The network works: only what flanneld writes at its start can be brought back from here. */
export const nodeAgent = defineRunbook({
  class: 'node-agent',
  why: 'The overlay works; one of the programs that a node needs for its pods does not.',
  stages: [
    {
      name: 'restart-agent',
      why: 'flanneld writes /run/flannel/subnet.env when it starts; without it no pod can be started.',
      causes: ['subnet-env-missing'],
      on: 'node',
      approval: 'by-policy',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 90,
    },
  ],
});
