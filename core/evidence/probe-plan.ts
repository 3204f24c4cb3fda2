import { ipv4At, parseCidr } from '../network/cidr.ts';
import type { ExpectedNetwork, Vtep } from './expected-network.ts';

/**
 * The paths that are probed, from the outermost layer inwards. `underlay`: to the peer's public IP (inside WireGuard on
 * hybrid nodes). `vtep`: through VXLAN to the peer's flannel.1. `full`: the same with the largest packet that both
 * devices carry. `pod`: to the peer's cni0, as pod traffic goes.
 */
export type ProbeKind = 'underlay' | 'vtep' | 'full' | 'pod';

export interface ProbeTarget {
  readonly kind: ProbeKind;
  readonly peer: string;
  readonly address: string;
  readonly payloadBytes: number;
}

const SMALL_PAYLOAD_BYTES = 56;
/** IPv4 header 20 + ICMP header 8. */
const PING_OVERHEAD_BYTES = 28;

/** The probes of one host to the given peers. `mtuBytes` is the largest IP packet that the VXLAN devices of both ends carry. */
export function planProbes(
  network: ExpectedNetwork,
  peers: readonly string[],
  mtuBytes: (peer: string) => number | undefined,
): readonly ProbeTarget[] {
  return network.vteps
    .filter((vtep) => peers.includes(vtep.node))
    .flatMap((vtep) => probesTo(vtep, mtuBytes(vtep.node)));
}

function probesTo(vtep: Vtep, mtuBytes: number | undefined): readonly ProbeTarget[] {
  const small = { peer: vtep.node, payloadBytes: SMALL_PAYLOAD_BYTES };
  const cidr = parseCidr(vtep.podCidr);
  const gateway = cidr === undefined ? undefined : ipv4At(cidr, 1);
  return [
    { ...small, kind: 'underlay', address: vtep.publicIp },
    { ...small, kind: 'vtep', address: vtep.vtepIp },
    ...(mtuBytes === undefined
      ? []
      : [
          {
            peer: vtep.node,
            kind: 'full' as const,
            address: vtep.vtepIp,
            payloadBytes: mtuBytes - PING_OVERHEAD_BYTES,
          },
        ]),
    ...(gateway === undefined ? [] : [{ ...small, kind: 'pod' as const, address: gateway }]),
  ];
}

/** The `probes` parameter of the diagnose document: `<kind>-<peer>/<address>/<payload>` joined by commas. */
export function formatProbes(targets: readonly ProbeTarget[]): string {
  return targets.map(({ kind, peer, address, payloadBytes }) => `${kind}-${peer}/${address}/${payloadBytes}`).join(',');
}

/** Splits a probe's name again. Undefined when it is none of ours. */
export function parseProbeName(name: string): { readonly kind: ProbeKind; readonly peer: string } | undefined {
  const [, kind, peer] = /^(underlay|vtep|full|pod)-(.+)$/.exec(name) ?? [];
  if (peer === undefined) return undefined;
  return kind === 'underlay' || kind === 'vtep' || kind === 'full' || kind === 'pod' ? { kind, peer } : undefined;
}
