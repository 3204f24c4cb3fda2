import { mustEnter } from './enter.ts';
import { type HostKeys, keyPairOf } from './host-keys.ts';
import type { LabHost, LabMeshPeer, LabTunnel } from './lab-host.ts';
import type { Names } from './names.ts';
import { WIREGUARD_PORT } from './topology.ts';

const KEEPALIVE_SECONDS = 25;
/** What wg-quick takes for its mark and for the table of a default route. */
const FULL_TUNNEL_MARK = 51820;

/** The tunnel's part of a fleet: everybody in it, and what its device is called. */
export interface TunnelNetwork {
  readonly hosts: readonly LabHost[];
  readonly device: string;
  readonly keys: HostKeys;
}

type Spoke = NonNullable<LabTunnel['spoke']>;

/** WireGuard by wireguard-go, as wg-quick would configure it: hub knows the spokes' keys, spokes know the hub's address. */
export async function buildTunnel(names: Names, host: LabHost, network: TunnelNetwork): Promise<void> {
  const { wireguard } = host;
  if (wireguard === undefined) return;
  const { device } = network;
  const run = (argv: readonly [string, ...string[]], stdin?: string) => mustEnter(names, host.name, argv, stdin);
  await run(['sh', '-c', `LOG_LEVEL=silent exec wireguard-go ${device} >/dev/null 2>&1 </dev/null`]);
  // wg opens the path anew, which a socket on standard input does not allow: a pipe does.
  await run(['sh', '-c', `cat | wg setconf ${device} /dev/stdin`], tunnelConfig(host, network));
  await run(
    ['ip', '-batch', '-'],
    [
      `addr add ${wireguard.address} dev ${device}`,
      `link set ${device} mtu ${wireguard.mtuBytes} up`,
      ...((wireguard.mesh ?? wireguard.spoke)?.routes ?? []).map((route) => `route add ${route} dev ${device}`),
      ...(wireguard.spoke?.fullTunnel ? fullTunnelRules(device) : []),
      '',
    ].join('\n'),
  );
}

/** In the order in which wg-quick adds them (add_default): the kernel gives each a lower preference than the last. */
function fullTunnelRules(device: string): readonly string[] {
  return [
    `route add default dev ${device} table ${FULL_TUNNEL_MARK}`,
    `rule add not fwmark ${FULL_TUNNEL_MARK} table ${FULL_TUNNEL_MARK}`,
    'rule add table main suppress_prefixlength 0',
  ];
}

function tunnelConfig(host: LabHost, { hosts, keys }: TunnelNetwork): string {
  const { spoke, mesh } = host.wireguard ?? {};
  const peers =
    mesh?.peers.flatMap((peer) => meshPeer(peer, keys)) ??
    (spoke === undefined ? hubPeers(host, hosts, keys) : hubPeer(spoke, keys));
  return [
    '[Interface]',
    `PrivateKey = ${keyPairOf(keys, host.name).privateKey}`,
    ...settings(spoke),
    ...peers,
    '',
  ].join('\n');
}

function settings(spoke: Spoke | undefined): readonly string[] {
  if (spoke === undefined) return [`ListenPort = ${WIREGUARD_PORT}`];
  return spoke.fullTunnel ? [`FwMark = ${FULL_TUNNEL_MARK}`] : [];
}

/** Every spoke as its hub knows it. */
function hubPeers(hub: LabHost, hosts: readonly LabHost[], keys: HostKeys): readonly string[] {
  return hosts.flatMap(({ name, wireguard }) =>
    wireguard?.spoke === undefined || hubNameOf(wireguard.spoke) !== hub.name
      ? []
      : [
          '[Peer]',
          `PublicKey = ${keyPairOf(keys, name).publicKey}`,
          `AllowedIPs = ${wireguard.spoke.allowedIpsAtHub.join(', ')}`,
        ],
  );
}

/** The hub as a spoke knows it. */
function hubPeer(spoke: Spoke, keys: HostKeys): readonly string[] {
  return [
    '[Peer]',
    `PublicKey = ${keyPairOf(keys, hubNameOf(spoke)).publicKey}`,
    `Endpoint = ${spoke.hubEndpoint}`,
    `AllowedIPs = ${spoke.allowedIps.join(', ')}`,
    `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
  ];
}

function meshPeer({ host, endpoint, allowedIps }: LabMeshPeer, keys: HostKeys): readonly string[] {
  return [
    '[Peer]',
    `PublicKey = ${keyPairOf(keys, host).publicKey}`,
    `Endpoint = ${endpoint}`,
    `AllowedIPs = ${allowedIps.join(', ')}`,
    `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
  ];
}

function hubNameOf({ hub }: Spoke): string {
  return hub ?? 'hub-1';
}
