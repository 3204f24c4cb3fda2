import { type Evidence, type HostReading, leavesOf, measuredBy, readingOf } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { findPath, measuredAgain, measuredPaths } from '../evidence/paths.ts';
import { type ProbeKind, smallKinds } from '../evidence/probe-name.ts';
import type { IpFamily } from '../network/mtu.ts';
import { type Drift, peerOf } from '../overlay/drift.ts';
import type { ExpectedNetwork } from '../overlay/expected-network.ts';
import type { Member } from '../overlay/member.ts';
import { overlayConfig } from '../overlay/overlay-config.ts';
import { expectedNetwork } from '../overlay/registry.ts';
import { LEASE_EXPIRED_SECONDS, readPlanes, STALE_HANDSHAKE_SECONDS, type ThreePlanes } from './three-planes.ts';
import { type Tunnel, tunnelTo } from './tunnel.ts';
import { weighDrifts } from './weigh-drifts.ts';

/** What every rule looks at, derived once from the evidence. */
export interface Facts {
  readonly evidence: Evidence;
  readonly network: ExpectedNetwork;
  /** Of the pod network that is looked at. */
  readonly family: IpFamily;
  /** Name of the node that the alert is about. */
  readonly name: string;
  /** The node's own place in the expected network; undefined when its Node object does not say. */
  readonly self: Member | undefined;
  readonly node: NodeEvidence | undefined;
  readonly hub: OtherHost | undefined;
  readonly peer: OtherHost | undefined;
  /** Name of the host of the hub's network that was read. */
  readonly segment: string | undefined;
  /**
   * Differences on the node, and on the other hosts those that concern the node, or on the hub a leaf that was looked at with
   * it, as far as they can explain a loss: a path that depends on them is lost, or none was measured.
   */
  readonly drifts: readonly Drift[];
  /** Of these, those on which a measured path depends that is lost: what a repair may touch. */
  readonly harmful: readonly Drift[];
  /** Differences about paths that pass: remarks. */
  readonly precursors: readonly Drift[];
  /** Every difference on every host that was read. */
  readonly allDrifts: readonly Drift[];
  /** The node's tunnel to its hub; undefined when it has none. */
  readonly tunnel: Tunnel | undefined;
  readonly planes: ThreePlanes;
}

export interface OtherHost {
  readonly name: string;
  readonly reading: HostReading;
  /** Undefined: it could not be read. */
  readonly measured: NodeEvidence | undefined;
}

/** For the second pod network: from its own view of the evidence (`ipv6View`). */
export function deriveFacts(evidence: Evidence, family: IpFamily = 'ipv4'): Facts {
  const name = evidence.target.node;
  const hosts = evidence.readings.flatMap((reading) => measuredBy(reading) ?? []);
  const network = expectedNetwork(
    evidence.nodes,
    name,
    overlayConfig(hosts, evidence.flannelDevice, evidence.nodes),
    family,
  );
  const self = network.members.find((member) => member.node === name);
  const node = measuredBy(readingOf(evidence, 'node'));
  const tunnel = tunnelTo(evidence, self);
  const allDrifts = findAllDrifts(evidence, network);
  const { harmful, unmeasured, harmless } = weighDrifts(
    evidence,
    allDrifts.filter((drift) => concerns(drift, name) || isAboutLeaf(drift, evidence)),
  );
  return {
    evidence,
    network,
    family,
    name,
    self,
    node,
    hub: other(evidence, 'hub'),
    peer: other(evidence, 'peer'),
    segment: readingOf(evidence, 'segment')?.host,
    drifts: [...harmful, ...unmeasured],
    harmful,
    precursors: harmless,
    allDrifts,
    tunnel,
    planes: planesOf(evidence, tunnel),
  };
}

function other(evidence: Evidence, role: HostReading['role']): OtherHost | undefined {
  const reading = readingOf(evidence, role);
  return reading === undefined ? undefined : { name: reading.host, reading, measured: measuredBy(reading) };
}

function findAllDrifts(evidence: Evidence, network: ExpectedNetwork): readonly Drift[] {
  const read = evidence.readings.map(({ host }) => host);
  return evidence.readings.flatMap((reading) => {
    const measured = measuredBy(reading);
    return measured === undefined ? [] : network.findDrift(reading.host, measured, evidence.flannelDevice, read);
  });
}

/**
 * Every difference on the node itself. On other hosts those of the device, which all entries need, and of entries about
 * the node.
 */
function concerns(drift: Drift, node: string): boolean {
  const about = peerOf(drift);
  return drift.host === node || about === undefined || about === node;
}

/** The hub has one hand for all nodes that wait for it. */
function isAboutLeaf(drift: Drift, evidence: Evidence): boolean {
  const about = peerOf(drift);
  return about !== undefined && drift.host === readingOf(evidence, 'hub')?.host && leavesOf(evidence).includes(about);
}

/** A node without a tunnel has no third plane, so nothing is concluded from its missing handshake. */
function planesOf({ agent, kubernetes }: Evidence, tunnel: Tunnel | undefined): ThreePlanes {
  const leaseAge = kubernetes.leaseAgeSeconds;
  const handshakeAge = tunnel?.handshakeAgeSeconds ?? null;
  return readPlanes({
    agent,
    lease: leaseAge === null ? 'unknown' : leaseAge <= LEASE_EXPIRED_SECONDS ? 'fresh' : 'expired',
    handshake: handshakeAge === null ? 'unknown' : handshakeAge <= STALE_HANDSHAKE_SECONDS ? 'fresh' : 'stale',
  });
}

/** True: measured and passed. False: measured and lost. Undefined: not measured. Always the first measurement. */
export function passes({ evidence }: Facts, kind: ProbeKind, from: string, to: string): boolean | undefined {
  return findPath(evidence, kind, from, to)?.passed;
}

/** The same as measured again, after the node had sent. */
export function passesAgain({ evidence }: Facts, kind: ProbeKind, from: string, to: string): boolean | undefined {
  return measuredAgain(evidence, kind, from, to)?.passed;
}

/**
 * What a host's own measured paths to another one say, full-size ones and searches left out. `lost`: at least one is.
 * Undefined: none was measured.
 */
export function reaches({ evidence }: Facts, host: string, other: string): 'lost' | 'passes' | undefined {
  const paths = measuredPaths(evidence).filter(
    ({ from, to, kind }) => smallKinds.includes(kind) && from === host && to === other,
  );
  if (paths.length === 0) return undefined;
  return paths.some(({ passed }) => !passed) ? 'lost' : 'passes';
}

export interface MeasuredHost {
  readonly host: string;
  readonly measured: NodeEvidence;
}

/** The node, its hub and the peer, as far as they could be read. */
export function measuredHosts(facts: Facts): readonly MeasuredHost[] {
  return [...nodeAndHub(facts), ...measuredOf(facts.peer)];
}

/** The hosts that forward the node's packets, as far as they could be read. */
export function nodeAndHub({ name, node, hub }: Facts): readonly MeasuredHost[] {
  return [...measuredOf({ name, measured: node }), ...measuredOf(hub)];
}

function measuredOf(host: Pick<OtherHost, 'name' | 'measured'> | undefined): readonly MeasuredHost[] {
  return host?.measured === undefined ? [] : [{ host: host.name, measured: host.measured }];
}

/** The hosts that were read besides the node. */
export function others({ hub, peer, segment }: Facts): readonly string[] {
  return [hub?.name, peer?.name, segment].filter((name) => name !== undefined);
}
