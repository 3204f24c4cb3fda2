import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { enterHost } from './enter.ts';
import { flannelWireGuardProgram } from './flannel-wireguard.ts';
import type { Names } from './names.ts';
import { addressOf, CLUSTER_CIDR, type LabHost, labHosts, overlayMtuBytes, podCidr, vtepIp } from './topology.ts';

const EXECUTABLE = 0o755;

/** What the kubelet does for flanneld's pod: whenever it ends, it is started again. The kernel names both after their files. */
const SUPERVISE = `#!/bin/sh
"$1" first >/dev/null 2>&1 </dev/null
while :; do sleep 1; "$1" >/dev/null 2>&1 </dev/null; done
`;

/**
 * Starts the stub of flanneld on a host. At its start it does what flanneld does: makes flannel.1 unless there is one with
 * the right parameters, or flannel-wg in any case; programs every lease; writes subnet.env, last of all, where flanneld
 * writes it before the leases. Then it does nothing, as flanneld does while no lease changes. Other than flanneld it leaves
 * flannel-wg there when it ends, announces no key, and the first time finds flannel-wg made by `up`.
 */
export async function startFlanneld(names: Names, host: LabHost, backend: OverlayName): Promise<void> {
  const flanneld = join(names.hostDir(host.name), 'flanneld');
  const supervise = join(names.hostDir(host.name), 'supervise');
  await writeExecutable(flanneld, programOf(names, host, backend));
  await writeExecutable(supervise, SUPERVISE);
  const start = '"$1" "$2" >/dev/null 2>&1 </dev/null &';
  await enterHost(names, host.name, {
    argv: ['sh', '-c', start, 'start', supervise, flanneld],
    timeoutMs: 5_000,
  });
}

async function writeExecutable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, EXECUTABLE);
}

function programOf(names: Names, host: LabHost, backend: OverlayName): string {
  const subnet = [
    `FLANNEL_NETWORK=${CLUSTER_CIDR}`,
    `FLANNEL_SUBNET=10.42.${host.podNumber}.1/24`,
    `FLANNEL_MTU=${overlayMtuBytes(host, backend)}`,
    'FLANNEL_IPMASQ=true',
  ];
  return [
    '#!/bin/sh',
    ...(backend === 'vxlan'
      ? programLeases(host)
      : [`[ "$1" = first ] || ${flannelWireGuardProgram(names, host.name)} make start`]),
    ...hereDocument('cat >/run/flannel/subnet.env', subnet),
    'while :; do sleep 3600; done',
    '',
  ].join('\n');
}

/** An existing device is kept when VNI, port, local address and lower device are right (flannel device.go, vxlanLinksIncompat). */
function programLeases(host: LabHost): readonly string[] {
  const { dev, publicIp, mac, mtuBytes } = host.flannel;
  const local = addressOf(publicIp);
  const peers = labHosts.filter((peer) => peer.name !== host.name);
  return [
    `if ! ip -d link show dev flannel.1 | grep -q 'vxlan id 1 local ${local} dev ${dev} .*dstport 8472 '; then`,
    '  ip link del flannel.1',
    `  ip link add flannel.1 address ${mac} mtu ${mtuBytes} type vxlan id 1 dstport 8472 local ${local} dev ${dev} nolearning`,
    'fi',
    `ip addr replace ${vtepIp(host)}/32 dev flannel.1`,
    'ip link set flannel.1 up',
    ...hereDocument(
      'ip -force -batch -',
      peers.map((peer) => `neigh replace ${vtepIp(peer)} lladdr ${peer.flannel.mac} dev flannel.1 nud permanent`),
    ),
    ...hereDocument(
      'bridge -force -batch -',
      peers.map((peer) => `fdb replace ${peer.flannel.mac} dev flannel.1 dst ${peer.flannel.publicIp} self permanent`),
    ),
    ...hereDocument(
      'ip -force -batch -',
      peers.map((peer) => `route replace ${podCidr(peer)} via ${vtepIp(peer)} dev flannel.1 onlink`),
    ),
  ];
}

function hereDocument(command: string, lines: readonly string[]): readonly string[] {
  return [`${command} <<'LINES'`, ...lines, 'LINES'];
}
