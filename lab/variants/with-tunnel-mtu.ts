import type { LabHost } from '../namespaces/lab-host.ts';

/** A host whose wg0, and with it all that flannel puts on it, has another MTU. */
export function withTunnelMtu(mtuBytes: number): (host: LabHost) => LabHost {
  return (host) => (host.wireguard === undefined ? host : { ...host, wireguard: { ...host.wireguard, mtuBytes } });
}
