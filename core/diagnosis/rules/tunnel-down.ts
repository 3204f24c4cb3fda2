import { deviceWith } from '../../evidence/device-with.ts';
import { sees } from '../../evidence/evidence.ts';
import { brokenPaths, describePath, findPath } from '../../evidence/paths.ts';
import { everyLayerAndWorkload } from '../../evidence/probe-name.ts';
import { lookUpRoute } from '../../evidence/routes.ts';
import { endpointAddress, peerCarrying, sameKey } from '../../evidence/wireguard-peer.ts';
import type { CauseName } from '../causes.ts';
import { clockBehind } from '../clock-skew.ts';
import { type Finding, type Found, notA } from '../diagnosis.ts';
import { driftFinding } from '../drift-finding.ts';
import { type Facts, others, passes, reaches } from '../facts.ts';
import { staleHubEndpoint } from '../hub-endpoint.ts';
import { lossyPairs } from '../lossy-pairs.ts';
import { nativePorts } from '../native-ports.ts';
import { routesByMark } from '../reverse-path.ts';
import type { Tunnel } from '../tunnel.ts';
import { tunnelDeviceFault } from '../tunnel-device.ts';

const not = notA('tunnel-down');

/** A WireGuard interface, its keys or its port: no packet passes the tunnel to the hub, or flannel's own. */
export function tunnelDown(facts: Facts): Finding {
  const { tunnel } = facts;
  const ownDevice = () => driftFinding(facts, 'tunnel-down');
  if (tunnel === undefined)
    return downInMesh(facts) ?? ownDevice() ?? portFault(facts) ?? not('the node does not use a tunnel to a hub');
  const isLost = [reaches(facts, facts.name, tunnel.hub), reaches(facts, tunnel.hub, facts.name)].some(
    (verdict) => verdict !== 'passes',
  );
  const wrongState = isLost
    ? (interfaceFault(facts) ?? loopFault(facts, tunnel) ?? keyFault(facts, tunnel))
    : undefined;
  return duplicateKey(facts, tunnel) ?? wrongState ?? ownDevice() ?? portFault(facts) ?? blockedPort(facts, tunnel);
}

/** flannel's own WireGuard calls a port where nobody listens. */
function portFault(facts: Facts): Found | undefined {
  const found = facts.drifts.length > 0 ? undefined : nativePorts(facts);
  return found && { ...state(facts, 'endpoint-unroutable', found.host, found.because), despite: [] };
}

/** Without a hub: the device that holds the node's announced address is down, and nothing passes. */
function downInMesh(facts: Facts): Found | undefined {
  const { name, node, self, evidence } = facts;
  if (node === undefined || self === undefined || !sees(node, 'addresses')) return undefined;
  const verdicts = others(facts).map((host) => reaches(facts, name, host));
  const isLost = verdicts.includes('lost') && !verdicts.includes('passes');
  if (!isLost || deviceWith(node, self.publicIp) !== evidence.wireguardDevice) return undefined;
  const fault = tunnelDeviceFault(name, node, evidence.wireguardDevice);
  return fault && state(facts, fault.cause, name, [fault.why]);
}

function interfaceFault(facts: Facts): Found | undefined {
  const { name, node, evidence } = facts;
  const fault = node && tunnelDeviceFault(name, node, evidence.wireguardDevice);
  if (fault !== undefined) return state(facts, fault.cause, name, [fault.why]);
  const address = missingAddress(facts);
  if (address === undefined) return undefined;
  const why = `${name} has ${address} on no device, and ${evidence.wireguardDevice} has no address at all`;
  return state(facts, 'tunnel-address-missing', name, [why]);
}

/** The tunnel's own packets to the hub are routed into the tunnel. A rule on WireGuard's mark would keep them out of it. */
function loopFault(facts: Facts, { hubAtNode }: Tunnel): Found | undefined {
  const { node, name, evidence } = facts;
  const entry = hubAtNode.at(-1);
  const address = entry && endpointAddress(entry);
  if (node === undefined || address === undefined || !sees(node, 'routes') || routesByMark(node)) return undefined;
  const route = lookUpRoute(node.routes, address);
  if (route === undefined || route.device !== evidence.wireguardDevice) return undefined;
  const why = `${name}: the hub's endpoint ${entry?.endpoint} is routed by ${route.destination} into ${route.device} itself`;
  return state(facts, 'endpoint-unroutable', name, [why]);
}

/** The announced address, where the node does not have it. A device without an address of its own is healthy where another one has it. */
function missingAddress({ node, self, evidence }: Facts): string | undefined {
  if (node === undefined || self === undefined || !sees(node, 'addresses')) return undefined;
  const isBare = !node.addresses.some(([device]) => device === evidence.wireguardDevice);
  const isGone = deviceWith(node, self.publicIp) === undefined;
  return isBare && isGone ? self.publicIp : undefined;
}

/**
 * Two nodes with one key: the hub's session goes to and fro between them, so that each of them loses packets for a while, or all
 * of them. The one whose key the hub does not know for its address took the other's.
 */
function duplicateKey(facts: Facts, tunnel: Tunnel): Found | undefined {
  const { name, self, peer, evidence } = facts;
  const own = tunnel.atNode.at(-1)?.wireguard.publicKey ?? null;
  const other = peer?.measured?.wireguard?.publicKey ?? null;
  if (self === undefined || peer === undefined || own === null || other === null || !sameKey(own, other))
    return undefined;
  if (brokenPaths(evidence, everyLayerAndWorkload).length === 0 && lossyPairs(facts).length === 0) return undefined;
  const entry = tunnel.atHub.at(-1)?.wireguard.peers.find((candidate) => peerCarrying(candidate, self.publicIp));
  if (entry === undefined) return undefined;
  const impostor = sameKey(entry.publicKey, own) ? peer.name : name;
  return state(facts, 'duplicate-key', impostor, [`${name} and ${peer.name} have the same key`]);
}

/** Each end must know the other's key. */
function keyFault(facts: Facts, tunnel: Tunnel): Found | undefined {
  const { name, self, hub } = facts;
  const atNode = tunnel.atNode.at(-1)?.wireguard;
  const atHub = tunnel.atHub.at(-1)?.wireguard;
  if (self === undefined || atNode === undefined || atHub === undefined || hub === undefined) return undefined;
  const entry = atHub.peers.find((candidate) => peerCarrying(candidate, self.publicIp));
  if (tunnel.nodeAtHub.length === 0 && knowsAllPeers(facts)) {
    if (entry === undefined)
      return state(facts, 'key-unknown', hub.name, [`${hub.name} has no peer with the key of ${name}`]);
    // An entry with a handshake was right once, so the node's key has changed since.
    const changed = entry.latestHandshakeAt > 0 ? name : hub.name;
    return state(facts, 'key-mismatch', changed, [
      `${hub.name} has another key for ${self.publicIp} than ${name} uses`,
    ]);
  }
  if (tunnel.hubAtNode.length === 0 && atNode.peers.length > 0) {
    const changed = atNode.peers.some((candidate) => candidate.latestHandshakeAt > 0) ? hub.name : name;
    return state(facts, 'key-mismatch', changed, [`${name} has another key for the hub than ${hub.name} uses`]);
  }
  return undefined;
}

/** A reading that left peers out does not prove that one is missing; readings after the first probes asked for the node's key. */
function knowsAllPeers({ hub }: Facts): boolean {
  const asked = hub?.reading.runs.some(({ wireguard }) => wireguard !== null) ?? false;
  return asked || (hub?.measured !== undefined && sees(hub.measured, 'wireguard-others'));
}

function blockedPort(facts: Facts, tunnel: Tunnel): Finding {
  const { evidence, name, peer } = facts;
  const inward = findPath(evidence, 'underlay', tunnel.hub, name);
  const outward = findPath(evidence, 'underlay', name, tunnel.hub);
  if (inward === undefined && outward === undefined) return not('the tunnel was not measured');
  if (inward?.passed === true || outward?.passed === true) return not('the tunnel carries packets');
  if (tunnel.arrivesAtHub === true || tunnel.arrivesAtNode === true)
    return not('one end hears the other: only one direction is dead');
  if (peer === undefined && inward === undefined) return not('nobody but the node was heard');
  const lost = [inward, outward].filter((path) => path !== undefined).map(describePath);
  const stale = staleHubEndpoint(facts);
  if (stale !== undefined) {
    const why = `${name} looks for the hub at ${stale.here}, ${peer?.name} reaches it at ${stale.elsewhere}`;
    return { ...symptom('hub-endpoint-stale', name, 0.9, [why, ...lost]), forRepair: { hubEndpoint: stale.elsewhere } };
  }
  const behind = clockBehind(facts);
  if (behind !== undefined) {
    const why = `the clock of ${name} is ${behind} s behind: WireGuard answers no handshake that is older than the last one`;
    return symptom('clock-behind', name, 0.8, [why, ...lost]);
  }
  const ofPeer = peer === undefined ? undefined : passes(facts, 'underlay', peer.name, tunnel.hub);
  const counted = tunnel.arrivesAtHub !== null && tunnel.arrivesAtNode !== null;
  const unheard = counted ? ['neither end hears anything of the other, though both know the right keys'] : [];
  const host = ofPeer === false ? tunnel.hub : name;
  return symptom('port-blocked', host, counted ? 0.85 : 0.7, [...lost, ...unheard]);
}

function symptom(cause: CauseName, hostAtFault: string, confidence: number, because: readonly string[]): Found {
  return { type: 'found', basis: 'symptom', cause, hostAtFault, direction: 'both', confidence, because, despite: [] };
}

function state(facts: Facts, cause: CauseName, hostAtFault: string | null, because: readonly string[]): Found {
  const { tunnel, name } = facts;
  const outward = tunnel === undefined ? undefined : passes(facts, 'underlay', name, tunnel.hub);
  return {
    type: 'found',
    basis: 'state',
    cause,
    hostAtFault,
    direction: 'both',
    confidence: 0.97,
    because,
    despite: outward === true && cause !== 'duplicate-key' ? ['yet the node reaches the hub through the tunnel'] : [],
  };
}
