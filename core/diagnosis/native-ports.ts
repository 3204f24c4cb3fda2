import { deviceWith } from '../evidence/device-with.ts';
import { measuredOn } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { endpointAddress, sameKey } from '../evidence/wireguard-peer.ts';
import { blameByPairs } from './blame-by-pairs.ts';
import { type Facts, others, passes } from './facts.ts';

/** Two hosts whose flannel calls the other one at a port where it does not listen. */
export interface NativePorts {
  /** Null: one pair alone does not tell who is at fault. */
  readonly host: string | null;
  readonly because: readonly string[];
}

/**
 * The port of flannel's own WireGuard differs from host to host. An endpoint that was learned from a packet, or lies at an address which
 * is not the host's own, may have another port rightly: a NAT gives it. So only endpoints without any handshake count, at an
 * address that the other host has on a device, and only where the overlay between the two is lost both ways.
 */
export function nativePorts(facts: Facts): NativePorts | undefined {
  const { name } = facts;
  const measured = others(facts).filter((host) => passes(facts, 'vtep', name, host) !== undefined);
  const suffering = measured.filter((host) => isLost(facts, host) && wrongPort(facts, name, host) !== undefined);
  const because = suffering.flatMap((host) => [
    ...(wrongPort(facts, name, host) ?? []),
    ...(wrongPort(facts, host, name) ?? []),
  ]);
  return suffering.length === 0 ? undefined : { host: blameByPairs(name, measured, suffering), because };
}

function isLost(facts: Facts, host: string): boolean {
  const { name } = facts;
  return passes(facts, 'vtep', name, host) === false && passes(facts, 'vtep', host, name) !== true;
}

/** Undefined: the port is right, or nobody can tell. */
function wrongPort({ evidence }: Facts, host: string, other: string): readonly string[] | undefined {
  const called = measuredOn(evidence.readings, other);
  const { publicKey = null, listenPort = null } = called?.flannelWireGuard ?? {};
  const entry =
    publicKey === null
      ? undefined
      : peersOf(measuredOn(evidence.readings, host)).find((peer) => sameKey(peer.publicKey, publicKey));
  const address = entry && endpointAddress(entry);
  if (called === undefined || entry === undefined || address === undefined || !listenPort) return undefined;
  if (entry.latestHandshakeAt > 0 || deviceWith(called, address) === undefined) return undefined;
  return entry.endpoint?.endsWith(`:${listenPort}`)
    ? undefined
    : [`${host} calls ${other} at ${entry.endpoint}, where it listens on port ${listenPort}`];
}

function peersOf(measured: NodeEvidence | undefined) {
  return measured?.flannelWireGuard?.peers ?? [];
}
