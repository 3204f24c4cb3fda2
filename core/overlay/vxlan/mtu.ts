import { bytesOf, type Header, type IpFamily, ipHeader, UDP_HEADER } from '../../network/mtu.ts';
import type { OverlayMtu } from '../overlay.ts';
import { tunnelLayer } from '../tunnel-layer.ts';

const VXLAN_HEADER: Header = { name: 'VXLAN', bytes: 8 };
const INNER_ETHERNET_HEADER: Header = { name: 'inner Ethernet', bytes: 14 };

/** 50 bytes between IPv4 VTEPs, 70 between IPv6 ones, where flannel's own figure is 20 short: flannel-io/flannel#1781. */
function vxlanHeaders(vtep: IpFamily): readonly Header[] {
  return [ipHeader(vtep), UDP_HEADER, VXLAN_HEADER, INNER_ETHERNET_HEADER];
}

/** What fits beside them on the device below. */
export function vxlanHeaderBytes(vtep: IpFamily): number {
  return bytesOf(vxlanHeaders(vtep));
}

/** flannel's VXLAN device on a WireGuard device. The kernel tells senders the PMTU of what lies below the device. */
export const vxlanMtu: OverlayMtu = {
  layers: [
    tunnelLayer,
    {
      device: 'flannel',
      headers: (_underlay, vtep) => vxlanHeaders(vtep),
      why: 'every frame travels in UDP',
      usualName: (_underlay, vtep) => (vtep === 'ipv4' ? 'flannel.1' : 'flannel-v6.1'),
    },
  ],
  flannelSubtractsBytes: 50,
  refusesTooLong: true,
};
