import { whyUnread } from '../../evidence/evidence.ts';
import { findNode, readyStatus } from '../../evidence/fleet-map.ts';
import { measuredPaths } from '../../evidence/paths.ts';
import { type Finding, notA } from '../diagnosis.ts';
import { type Facts, passes } from '../facts.ts';

const not = notA('node-offline');

/** Neither the SSM agent nor the lease gives a sign of life: the host or its uplink is gone, so the overlay is not the cause. */
export function nodeOffline(facts: Facts): Finding {
  const { agent, lease } = facts.planes;
  if (agent === 'online') return deadPeer(facts);
  if (lease !== 'expired') return not(`the node lease is ${lease}`);
  const { leaseAgeSeconds } = facts.evidence.kubernetes;
  return {
    type: 'found',
    basis: 'state',
    cause: 'node-or-uplink-dead',
    hostAtFault: facts.name,
    direction: 'both',
    confidence: agent === 'offline' ? 0.95 : 0.6,
    because: [`SSM agent is ${agent}`, `node lease is ${Math.round(leaseAgeSeconds ?? 0)} s old`],
    despite: signsOfLife(facts),
  };
}

function signsOfLife({ evidence, name }: Facts): readonly string[] {
  const reached = measuredPaths(evidence).filter((path) => path.to === name && path.passed);
  return [
    ...(reached.length > 0 ? [`${reached[0]?.from} still reaches it`] : []),
    ...(evidence.kubernetes.kubelet.type === 'reachable' ? ['its kubelet still answers'] : []),
  ];
}

/** The node itself is well, but a peer that it talks to is dead. */
function deadPeer(facts: Facts): Finding {
  const { evidence, name, hub, peer } = facts;
  if (hub !== undefined && passes(facts, 'underlay', name, hub.name) === false)
    return not('the SSM agent of the node answers, and the way to the hub fails too');
  const silent = measuredPaths(evidence).filter(
    (path) => path.kind === 'underlay' && path.from === name && path.to !== hub?.name && !path.passed,
  );
  for (const { to } of silent) {
    const unreachable = peer?.name === to ? whyUnread(peer.reading) : undefined;
    const node = findNode(evidence.nodes, to);
    const notReady = node !== undefined && readyStatus(node) !== 'True';
    if (unreachable === undefined && !notReady) continue;
    return {
      type: 'found',
      basis: 'symptom',
      cause: 'node-or-uplink-dead',
      hostAtFault: to,
      direction: 'both',
      // A host that only the agent does not answer for may be well: its lease is fresh.
      confidence: notReady ? (unreachable === undefined ? 0.9 : 0.95) : 0.75,
      because: [
        `${to} does not answer ${name}, everybody else does`,
        ...(notReady ? [`${to} is not Ready`] : []),
        ...(unreachable === undefined ? [] : [`${to}: ${unreachable}`]),
      ],
      despite: [],
    };
  }
  return not('the SSM agent of the node answers');
}
