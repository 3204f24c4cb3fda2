import { deviceWith } from '../evidence/device-with.ts';
import { describePath, measuredPaths } from '../evidence/paths.ts';
import { addressAt } from '../network/cidr.ts';
import type { Found } from './diagnosis.ts';
import { type Facts, passes } from './facts.ts';
import { liesIn, ownPods } from './own-pods.ts';

/**
 * The bridge of the pods has lost the address of their IPv6 gateway, as it does when it is set down and up, and the pods are silent,
 * also to their own host. A CNI that gives no gateway's address is healthy: its pods answer.
 */
export function secondFamilyPods(facts: Facts): Found | undefined {
  const { evidence, name, self } = facts;
  const own = ownPods(facts);
  if (own === undefined || self === undefined || own.answering.length > 0) return undefined;
  const gateway = addressAt(own.cidr, 1n);
  const silent = (own.node.pods.silent ?? []).filter((address) => liesIn(own.cidr, address));
  if (gateway === undefined || silent.length === 0 || deviceWith(own.node, gateway) !== undefined) return undefined;
  const inward = measuredPaths(evidence).filter(
    ({ kind, from, to }) => kind === 'pod' && to === name && passes(facts, 'vtep', from, to) === true,
  );
  if (inward.length === 0 || inward.some(({ passed }) => passed)) return undefined;
  return {
    type: 'found',
    basis: 'state',
    cause: 'pods-cut-off',
    hostAtFault: name,
    direction: null,
    confidence: 0.95,
    because: [
      `no device of ${name} has ${gateway}, the gateway of its pods in ${self.podCidr}`,
      ...silent.map((address) => `the pod ${address} does not answer its own host`),
      ...inward.map(describePath),
    ],
    despite: [],
  };
}
