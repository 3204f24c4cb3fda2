import { mustEnter } from './enter.ts';
import { type HostKeys, keyPairOf } from './host-keys.ts';
import type { Names } from './names.ts';
import { addressOf, HUB_PUBLIC, type LabHost, labHosts, TUNNEL_CIDR, VPC_CIDR, WIREGUARD_PORT } from './topology.ts';

const KEEPALIVE_SECONDS = 25;

/** wg0 by wireguard-go, as wg-quick would configure it: hub knows the spokes' keys, spokes know the hub's address. */
export async function buildTunnel(
  names: Names,
  host: LabHost,
  wireguard: NonNullable<LabHost['wireguard']>,
  keys: HostKeys,
): Promise<void> {
  const run = (argv: readonly [string, ...string[]], stdin?: string) => mustEnter(names, host.name, argv, stdin);
  await run(['sh', '-c', 'LOG_LEVEL=silent exec wireguard-go wg0 >/dev/null 2>&1 </dev/null']);
  // wg opens the path anew, which a socket on standard input does not allow: a pipe does.
  await run(['sh', '-c', 'cat | wg setconf wg0 /dev/stdin'], tunnelConfig(host, keys));
  await run(
    ['ip', '-batch', '-'],
    [
      `addr add ${wireguard.address} dev wg0`,
      `link set wg0 mtu ${wireguard.mtuBytes} up`,
      ...(host.role === 'gpu' ? [`route add ${VPC_CIDR} dev wg0`] : []),
      '',
    ].join('\n'),
  );
}

function tunnelConfig(host: LabHost, keys: HostKeys): string {
  const key = (name: string) => keyPairOf(keys, name);
  const interfaceLines = ['[Interface]', `PrivateKey = ${key(host.name).privateKey}`];
  if (host.role === 'hub') {
    const spokes = labHosts.filter((spoke) => spoke.role === 'gpu' && spoke.wireguard !== undefined);
    return [
      ...interfaceLines,
      `ListenPort = ${WIREGUARD_PORT}`,
      ...spokes.flatMap((spoke) => [
        '[Peer]',
        `PublicKey = ${key(spoke.name).publicKey}`,
        `AllowedIPs = ${addressOf(spoke.wireguard?.address ?? '')}/32`,
      ]),
      '',
    ].join('\n');
  }
  return [
    ...interfaceLines,
    '[Peer]',
    `PublicKey = ${key('hub-1').publicKey}`,
    `Endpoint = ${HUB_PUBLIC}:${WIREGUARD_PORT}`,
    `AllowedIPs = ${TUNNEL_CIDR}, ${VPC_CIDR}`,
    `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
    '',
  ].join('\n');
}
