import { isTunnelAlive } from './deliver.ts';
import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import { findHost, type SimulatedHost, type SimulatedNetwork, type SimulatedPeer } from './simulated-network.ts';

/** WireGuard's rekey interval under traffic, and so the greatest age of a living tunnel's handshake. */
const REKEY_SECONDS = 120;

/** `wg show interfaces` and `wg show <interface> {dump,peers,allowed-ips,preshared-keys}`. `now` is in epoch seconds. */
export function wgShow(network: SimulatedNetwork, name: string, words: readonly string[], now: number): Outcome {
  const host = findHost(network, name);
  const { wireguard } = host;
  if (words[0] === 'interfaces') return printed(host, wireguard === null ? [] : [wireguard.interface]);
  if (!['dump', 'peers', 'allowed-ips', 'preshared-keys'].includes(words[1] ?? ''))
    return notSimulated(host, ['wg', 'show', ...words]);
  if (wireguard === null || wireguard.interface !== words[0])
    return failed(host, 1, 'Unable to access interface: No such device');
  const { privateKey, publicKey, listenPort, peers } = wireguard;
  if (words[1] === 'peers')
    return printed(
      host,
      peers.map((peer) => peer.publicKey),
    );
  if (words[1] === 'allowed-ips')
    return printed(
      host,
      peers.map((peer) => `${peer.publicKey}\t${peer.allowedIps.join(' ') || '(none)'}`),
    );
  if (words[1] === 'preshared-keys')
    return printed(
      host,
      peers.map((peer) => `${peer.publicKey}\t(none)`),
    );
  return printed(host, [
    [privateKey, publicKey, listenPort, 'off'].join('\t'),
    ...peers.map((peer) =>
      [
        peer.publicKey,
        '(none)',
        peer.endpoint ?? '(none)',
        peer.allowedIps.join(',') || '(none)',
        isTunnelAlive(network, host, peer) ? now - (now % REKEY_SECONDS) : peer.latestHandshakeAt,
        0,
        0,
        peer.keepaliveSeconds || 'off',
      ].join('\t'),
    ),
  ]);
}

/** `wg set <interface> peer <key> [remove] [endpoint …] [allowed-ips …] [persistent-keepalive …]`. */
export function wgSet(host: SimulatedHost, words: readonly string[]): Outcome {
  const [name, ...rest] = words;
  const { wireguard } = host;
  if (wireguard === null || wireguard.interface !== name)
    return failed(host, 1, 'Unable to modify interface: No such device');
  let peers = wireguard.peers;
  let key: string | undefined;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index];
    if (word === 'peer') {
      key = rest[++index];
    } else if (word === 'remove') {
      peers = peers.filter((peer) => peer.publicKey !== key);
    } else {
      const value = rest[++index];
      if (word === undefined || key === undefined || value === undefined)
        return notSimulated(host, ['wg', 'set', ...words]);
      const changed = change(peers.find((peer) => peer.publicKey === key) ?? newPeer(key), word, value);
      if (changed === undefined) return notSimulated(host, ['wg', 'set', ...words]);
      peers = withPeer(peers, changed);
    }
  }
  return printed({ ...host, wireguard: { ...wireguard, peers } });
}

function newPeer(publicKey: string): SimulatedPeer {
  return { publicKey, endpoint: null, allowedIps: [], latestHandshakeAt: 0, keepaliveSeconds: 0 };
}

function change(peer: SimulatedPeer, attribute: string, value: string): SimulatedPeer | undefined {
  switch (attribute) {
    case 'endpoint':
      return { ...peer, endpoint: value };
    case 'allowed-ips':
      return { ...peer, allowedIps: value.split(',').filter((ip) => ip !== '') };
    case 'persistent-keepalive':
      return { ...peer, keepaliveSeconds: value === 'off' ? 0 : Number(value) };
    default:
      return undefined;
  }
}

/** An allowed IP that is given to one peer is taken from every other. */
function withPeer(peers: readonly SimulatedPeer[], changed: SimulatedPeer): readonly SimulatedPeer[] {
  const isKnown = peers.some((peer) => peer.publicKey === changed.publicKey);
  return (isKnown ? peers : [...peers, changed]).map((peer) =>
    peer.publicKey === changed.publicKey
      ? changed
      : { ...peer, allowedIps: peer.allowedIps.filter((ip) => !changed.allowedIps.includes(ip)) },
  );
}
