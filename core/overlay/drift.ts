import { assertNever } from '../assert-never.ts';

/**
 * One difference between what the Node objects demand and what the kernel of `host` holds. `peer` is the node that the
 * entry is about.
 */
export type Drift =
  | { readonly type: 'device-missing'; readonly host: string; readonly device: string }
  | { readonly type: 'device-down'; readonly host: string; readonly device: string }
  /** It lacks the address that flannel gives it, so that what the host sends through it has a wrong source. */
  | { readonly type: 'address-missing'; readonly host: string; readonly device: string; readonly expected: string }
  /** Its userspace daemon does not answer: what it holds cannot be read. */
  | { readonly type: 'device-hung'; readonly host: string; readonly device: string }
  | {
      readonly type: 'device-wrong';
      readonly host: string;
      readonly device: string;
      readonly attribute: 'vni' | 'port' | 'local' | 'mac' | 'key';
      readonly expected: string;
      readonly actual: string;
    }
  | { readonly type: 'neighbour-missing'; readonly host: string; readonly peer: string }
  | { readonly type: 'neighbour-wrong'; readonly host: string; readonly peer: string; readonly actual: string }
  | { readonly type: 'fdb-missing'; readonly host: string; readonly peer: string }
  | { readonly type: 'fdb-wrong'; readonly host: string; readonly peer: string; readonly actual: readonly string[] }
  | { readonly type: 'route-missing'; readonly host: string; readonly peer: string }
  | { readonly type: 'route-wrong'; readonly host: string; readonly peer: string; readonly actual: string }
  /** A network that somebody uses lies in the peer's pod CIDR: its route is not ours to take away. */
  | {
      readonly type: 'network-overlap';
      readonly host: string;
      readonly peer: string;
      readonly destination: string;
      readonly device: string;
    }
  /** A narrower route takes a part of the peer's pods elsewhere. */
  | {
      readonly type: 'route-shadowed';
      readonly host: string;
      readonly peer: string;
      readonly destination: string;
      readonly device: string;
    }
  /** flannel's own WireGuard device does not have the peer at all. */
  | { readonly type: 'peer-missing'; readonly host: string; readonly peer: string }
  /** It has the peer's pod network under another key than the Node object says. */
  | { readonly type: 'peer-key-wrong'; readonly host: string; readonly peer: string; readonly actual: string }
  /** The peer is there, but not for its pod network. */
  | {
      readonly type: 'allowed-ips-missing';
      readonly host: string;
      readonly peer: string;
      readonly actual: readonly string[];
    };

export type DriftType = Drift['type'];

/** The peer that a drift is about; undefined when it is about the device, and so about every peer. */
export function peerOf(drift: Drift): string | undefined {
  return 'peer' in drift ? drift.peer : undefined;
}

/** One short sentence, host first. */
export function describeDrift(drift: Drift): string {
  switch (drift.type) {
    case 'device-missing':
      return `${drift.host}: ${drift.device} does not exist`;
    case 'device-down':
      return `${drift.host}: ${drift.device} is down`;
    case 'address-missing':
      return `${drift.host}: ${drift.device} has no address ${drift.expected}`;
    case 'device-hung':
      return `${drift.host}: the daemon of ${drift.device} does not answer`;
    case 'device-wrong':
      return `${drift.host}: ${drift.device} has ${drift.attribute} ${drift.actual}, expected ${drift.expected}`;
    case 'neighbour-missing':
      return `${drift.host}: no neighbour entry for ${drift.peer}`;
    case 'neighbour-wrong':
      return `${drift.host}: neighbour entry for ${drift.peer} is ${drift.actual}`;
    case 'fdb-missing':
      return `${drift.host}: no forwarding entry for ${drift.peer}`;
    case 'fdb-wrong':
      return `${drift.host}: forwarding entry for ${drift.peer} points to ${drift.actual.join(' and ')}`;
    case 'route-missing':
      return `${drift.host}: no route to the pods of ${drift.peer}`;
    case 'route-wrong':
      return `${drift.host}: route to the pods of ${drift.peer} is ${drift.actual}`;
    case 'network-overlap':
      return `${drift.host}: ${drift.destination} dev ${drift.device} is a network inside the pod CIDR of ${drift.peer}`;
    case 'route-shadowed':
      return `${drift.host}: ${drift.destination} dev ${drift.device} takes pods of ${drift.peer} elsewhere`;
    case 'peer-missing':
      return `${drift.host}: flannel's WireGuard has no peer with the key of ${drift.peer}`;
    case 'peer-key-wrong':
      return `${drift.host}: flannel's WireGuard knows ${drift.peer} by another key, ${drift.actual}`;
    case 'allowed-ips-missing':
      return `${drift.host}: AllowedIPs of ${drift.peer} lack its pods: ${drift.actual.join(' and ') || 'none'}`;
    default:
      return assertNever(drift);
  }
}
