import { mustEnter } from './enter.ts';
import { type HostKeys, keyPairOf } from './host-keys.ts';
import type { Names } from './names.ts';
import { type LabHost, WIREGUARD_PORT } from './topology.ts';

const KEEPALIVE_SECONDS = 25;

/** wg0 by wireguard-go, as wg-quick would configure it: hub knows the spokes' keys, spokes know the hub's address. */
export async function buildTunnel(
  names: Names,
  host: LabHost,
  hosts: readonly LabHost[],
  keys: HostKeys,
): Promise<void> {
  const { wireguard } = host;
  if (wireguard === undefined) return;
  const run = (argv: readonly [string, ...string[]], stdin?: string) => mustEnter(names, host.name, argv, stdin);
  await run(['sh', '-c', 'LOG_LEVEL=silent exec wireguard-go wg0 >/dev/null 2>&1 </dev/null']);
  // wg opens the path anew, which a socket on standard input does not allow: a pipe does.
  await run(['sh', '-c', 'cat | wg setconf wg0 /dev/stdin'], tunnelConfig(host, hosts, keys));
  await run(
    ['ip', '-batch', '-'],
    [
      `addr add ${wireguard.address} dev wg0`,
      `link set wg0 mtu ${wireguard.mtuBytes} up`,
      ...(wireguard.spoke?.routes ?? []).map((route) => `route add ${route} dev wg0`),
      '',
    ].join('\n'),
  );
}

function tunnelConfig(host: LabHost, hosts: readonly LabHost[], keys: HostKeys): string {
  const key = (name: string) => keyPairOf(keys, name);
  const spoke = host.wireguard?.spoke;
  const peers = spoke === undefined ? hubPeers(hosts, keys) : hubPeer(spoke, key('hub-1').publicKey);
  const port = spoke === undefined ? [`ListenPort = ${WIREGUARD_PORT}`] : [];
  return ['[Interface]', `PrivateKey = ${key(host.name).privateKey}`, ...port, ...peers, ''].join('\n');
}

/** Every spoke as the hub knows it. */
function hubPeers(hosts: readonly LabHost[], keys: HostKeys): readonly string[] {
  return hosts.flatMap(({ name, wireguard }) =>
    wireguard?.spoke === undefined
      ? []
      : [
          '[Peer]',
          `PublicKey = ${keyPairOf(keys, name).publicKey}`,
          `AllowedIPs = ${wireguard.spoke.allowedIpsAtHub.join(', ')}`,
        ],
  );
}

/** The hub as a spoke knows it. */
function hubPeer({ hubEndpoint, allowedIps }: Spoke, publicKey: string): readonly string[] {
  return [
    '[Peer]',
    `PublicKey = ${publicKey}`,
    `Endpoint = ${hubEndpoint}`,
    `AllowedIPs = ${allowedIps.join(', ')}`,
    `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
  ];
}

type Spoke = NonNullable<NonNullable<LabHost['wireguard']>['spoke']>;
