import { brokenPaths } from '../../evidence/paths.ts';
import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** Two missed keepalive rekeys: measured never above 135 s on a healthy keepalive-25 tunnel. */
const STALE_HANDSHAKE_SECONDS = 180;

/** The WireGuard interface is not there, or the tunnel carries nothing in either direction. */
export function tunnelDown(facts: Facts): Finding {
  const { evidence, node } = facts;
  if (!facts.tunnelled) return not('the node does not use a tunnel');
  if (node === undefined) return not('the node could not be read');
  const link = node.links.find((candidate) => candidate.name === evidence.wireguardDevice);
  const seesLinks = !node.unseen.some((gap) => gap.what === 'links');
  if (link === undefined && seesLinks) return found(facts, 'interface-missing', 0.98, 'does not exist');
  if (link !== undefined && !link.up) return found(facts, 'interface-down', 0.98, 'is down');
  const ages = (node.wireguard?.peers ?? []).map((peer) => node.collectedAt - peer.latestHandshakeAt);
  const freshest = Math.min(...ages);
  if (freshest <= STALE_HANDSHAKE_SECONDS) return not(`the latest handshake is ${freshest} s old`);
  const broken = brokenPaths(evidence, ['underlay']);
  const outward = broken.some((path) => path.from === evidence.target.node);
  const inward = broken.some((path) => path.to === evidence.target.node);
  if (!outward || !inward) return not('the tunnel carries packets in at least one direction');
  return found(
    facts,
    'handshake-stale',
    0.85,
    `has no handshake younger than ${STALE_HANDSHAKE_SECONDS} s, both directions are lost`,
  );
}

function found(facts: Facts, cause: string, confidence: number, what: string): Finding {
  const { target, wireguardDevice } = facts.evidence;
  return {
    type: 'found',
    class: 'tunnel-down',
    cause,
    hostAtFault: target.node,
    confidence,
    because: [`${wireguardDevice} of ${target.node} ${what}`],
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'tunnel-down', why };
}
