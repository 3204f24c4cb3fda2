import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustEnter } from '../enter.ts';
import { flannelKeys, type HostKeys, keyPairOf } from '../host-keys.ts';
import type { LabFleet } from '../lab-fleet.ts';
import type { LabHost } from '../lab-host.ts';
import type { Names } from '../names.ts';
import { externalMtuBytes, podCidr, vtepIp } from '../topology.ts';
import { type LabOverlay, waitForLeases } from './lab-overlay.ts';

/** What an operator sets whose wg0 has flannel's default port, 51820, already. */
const FLANNEL_WIREGUARD_PORT = 51821;
/** k3s sets it; flannel's own default is 0. */
const KEEPALIVE_SECONDS = 25;
const EXECUTABLE = 0o755;
const OWNER_READS = 0o400;

/** flannel’s own WireGuard on every host. flanneld keeps its key in /run/flannel/wgkey over a restart. */
export async function openWireguardNative(fleet: LabFleet, stateDir: string): Promise<LabOverlay> {
  const keys = await flannelKeys(stateDir, fleet.hosts);
  return {
    backend: 'wireguard-native',
    hosts: fleet.hosts,
    podMtuBytes: nativeMtuBytes,
    lease: ({ name }) => ({ type: 'wireguard', data: { PublicKey: keyPairOf(keys, name).publicKey } }),
    flanneld: (names, { name }) => ({
      // The first time the fleet makes the device, when every host listens.
      start: [`[ "$1" = first ] || ${flannelWireGuardProgram(names, name)} make start`],
      loop: waitForLeases,
    }),
    prepareHost: (names, host) => makeFlannelWireGuard(names, host, programOf(fleet, host, keys), keys),
    connectHost: startFlannelWireGuard,
  };
}

/** flannel takes 80 bytes off its external interface’s MTU, for flannel-wg and the pods. */
function nativeMtuBytes(host: LabHost): number {
  return externalMtuBytes(host) - 80;
}

/** The program on a host that makes flannel-wg (`make`) and switches it on (`start`). */
function flannelWireGuardProgram(names: Names, host: string): string {
  return join(names.hostDir(host), 'flannel-wireguard');
}

/**
 * Gives the host flannel's key and the program, and makes flannel-wg. Still down, so that nobody calls a host that does not
 * listen yet: a handshake that nobody answers is repeated only after 5 s.
 */
async function makeFlannelWireGuard(names: Names, host: LabHost, text: string, keys: HostKeys): Promise<void> {
  const keyFile = join(names.hostDir(host.name), 'run', 'flannel', 'wgkey');
  await writeFile(keyFile, keyPairOf(keys, host.name).privateKey);
  await chmod(keyFile, OWNER_READS);
  const program = flannelWireGuardProgram(names, host.name);
  await writeFile(program, text);
  await chmod(program, EXECUTABLE);
  await mustEnter(names, host.name, [program, 'make']);
}

/** Switches the device on, with one route for the pods of all. */
async function startFlannelWireGuard(names: Names, host: LabHost): Promise<void> {
  await mustEnter(names, host.name, [flannelWireGuardProgram(names, host.name), 'start']);
}

/**
 * What flanneld does at its start (flannel pkg/backend/wireguard): a device that is there is made anew, with the key of
 * /run/flannel/wgkey, every other node as a peer for its pod network, the first address of its own, and one route for all.
 * wireguard-go stands for the kernel's WireGuard. That one lets its outer packets be fragmented; wireguard-go does so when its
 * socket is opened while ip_no_pmtu_disc is on, and opens it anew whenever the link comes up: so it stays on.
 */
function programOf(fleet: LabFleet, host: LabHost, keys: HostKeys): string {
  return `#!/bin/sh
make() {
  ip link del flannel-wg 2>/dev/null
  for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -S /run/wireguard/flannel-wg.sock ] || break
    sleep 0.1
  done
  LOG_LEVEL=silent wireguard-go flannel-wg >/dev/null 2>&1 </dev/null || exit
  { echo '[Interface]' && echo "PrivateKey = $(cat /run/flannel/wgkey)" && cat; } <<'PEERS' | wg setconf flannel-wg /dev/stdin || exit
${peersOf(fleet, host, keys)}
PEERS
  ip addr add ${vtepIp(host)}/32 dev flannel-wg && ip link set flannel-wg mtu ${nativeMtuBytes(host)}
}
start() {
  sysctl -q -w net.ipv4.ip_no_pmtu_disc=1 && ip link set flannel-wg up && ip route add ${fleet.clusterCidr} dev flannel-wg scope link
}
for part in "$@"; do "$part" || exit; done
`;
}

function peersOf({ hosts }: LabFleet, host: LabHost, keys: HostKeys): string {
  return [
    `ListenPort = ${FLANNEL_WIREGUARD_PORT}`,
    ...hosts
      .filter((peer) => peer.name !== host.name)
      .flatMap((peer) => [
        '[Peer]',
        `PublicKey = ${keyPairOf(keys, peer.name).publicKey}`,
        `Endpoint = ${peer.flannel.publicIp}:${FLANNEL_WIREGUARD_PORT}`,
        `AllowedIPs = ${podCidr(peer)}`,
        `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
      ]),
  ].join('\n');
}
