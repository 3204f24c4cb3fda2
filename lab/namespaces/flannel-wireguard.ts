import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustEnter } from './enter.ts';
import { type HostKeys, keyPairOf } from './host-keys.ts';
import type { Names } from './names.ts';
import { CLUSTER_CIDR, type LabHost, labHosts, overlayMtuBytes, podCidr, vtepIp } from './topology.ts';

/** What an operator sets whose wg0 has flannel's default port, 51820, already. */
export const FLANNEL_WIREGUARD_PORT = 51821;
/** k3s sets it; flannel's own default is 0. */
const KEEPALIVE_SECONDS = 25;

/**
 * flannel-wg by wireguard-go, as flanneld leaves it (flannel pkg/backend/wireguard): its key from /run/flannel/wgkey, every
 * other node as a peer for its pod network, the first address of its own. Still down, so that nobody calls a host that does
 * not listen yet: a handshake that nobody answers is repeated only after 5 s.
 */
export async function makeFlannelWireGuard(names: Names, host: LabHost, keys: HostKeys): Promise<void> {
  const keyFile = join(names.hostDir(host.name), 'run', 'flannel', 'wgkey');
  await writeFile(keyFile, keyPairOf(keys, host.name).privateKey);
  await chmod(keyFile, 0o400);
  await mustEnter(names, host.name, [
    'sh',
    '-c',
    'LOG_LEVEL=silent exec wireguard-go flannel-wg >/dev/null 2>&1 </dev/null',
  ]);
  await mustEnter(names, host.name, ['sh', '-c', 'cat | wg setconf flannel-wg /dev/stdin'], config(host, keys));
  const mtu = overlayMtuBytes(host, 'wireguard-native');
  const lines = [`addr add ${vtepIp(host)}/32 dev flannel-wg`, `link set flannel-wg mtu ${mtu}`, ''];
  await mustEnter(names, host.name, ['ip', '-batch', '-'], lines.join('\n'));
}

/**
 * The kernel's WireGuard, which flannel uses, lets its outer packets be fragmented; wireguard-go does so when its socket is
 * opened while ip_no_pmtu_disc is on, and setting the port opens it anew. Not before it has seen that the link is up.
 */
const START = `
ip link set flannel-wg up || exit
for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  ss -Hlun "sport = $1" | grep -q . && break
  sleep 0.05
done
sysctl -q -w net.ipv4.ip_no_pmtu_disc=1 && wg set flannel-wg listen-port "$1" &&
  sysctl -q -w net.ipv4.ip_no_pmtu_disc=0 && ip route add "$2" dev flannel-wg scope link
`;

/** Switches the device on, with one route for the pods of all. */
export async function startFlannelWireGuard(names: Names, host: LabHost): Promise<void> {
  await mustEnter(names, host.name, ['sh', '-c', START, 'start', String(FLANNEL_WIREGUARD_PORT), CLUSTER_CIDR]);
}

function config(host: LabHost, keys: HostKeys): string {
  return [
    '[Interface]',
    `PrivateKey = ${keyPairOf(keys, host.name).privateKey}`,
    `ListenPort = ${FLANNEL_WIREGUARD_PORT}`,
    ...labHosts
      .filter((peer) => peer.name !== host.name)
      .flatMap((peer) => [
        '[Peer]',
        `PublicKey = ${keyPairOf(keys, peer.name).publicKey}`,
        `Endpoint = ${peer.flannel.publicIp}:${FLANNEL_WIREGUARD_PORT}`,
        `AllowedIPs = ${podCidr(peer)}`,
        `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
      ]),
    '',
  ].join('\n');
}
