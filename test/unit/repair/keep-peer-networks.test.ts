import { describe, expect, it } from 'vitest';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence, ProbeRun } from '../../../core/evidence/evidence.ts';
import type { Operation } from '../../../core/grammar/operation.ts';
import { keepNetworks } from '../../../core/repair/keep-networks.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { flannelKeyOf, nativeEvidence } from '../../fakes/native-evidence.ts';
import { withHost, withReadings } from '../../fixtures/changed-evidence.ts';

type WireGuard = NonNullable<ProbeRun['wireguard']>;

const HUB = 'hub1public=';
const list = (cidrs: readonly string[], peer = HUB, dev = 'wg0'): Operation => ({
  op: 'wg allowed-ips',
  dev,
  peer,
  cidrs,
});
const add = (cidrs: readonly string[], peer = HUB, dev = 'wg0'): Operation => ({
  op: 'wg add',
  dev,
  peer,
  endpoint: '10.0.0.1:1',
  seconds: 25,
  cidrs,
});
const up: Operation = { op: 'link up', dev: 'wg0' };

/** What is left of one operation on gpu-1; undefined: nothing. */
function kept(evidence: Evidence, operation: Operation): readonly string[] | undefined {
  const [part] = keepNetworks(deriveFacts(evidence), [{ host: 'gpu-1', operations: [operation] }]);
  return part?.operations.flatMap((each) => ('cidrs' in each ? each.cidrs : [each.op]));
}
/** The tunnel of gpu-1 in its passive reading, and in its one later run. */
function tunnel(
  first: (wireguard: WireGuard) => WireGuard | null,
  last: (wireguard: WireGuard) => WireGuard | null,
): Evidence {
  const before = withHost(healthyEvidence(), 'gpu-1', (host) => ({
    ...host,
    wireguard: host.wireguard && first(host.wireguard),
  }));
  return withReadings(before, (reading) =>
    reading.host === 'gpu-1'
      ? { ...reading, runs: reading.runs.map((run) => ({ ...run, wireguard: run.wireguard && last(run.wireguard) })) }
      : reading,
  );
}
const same = (wireguard: WireGuard) => wireguard;
const holding =
  (...allowedIps: string[]) =>
  (wireguard: WireGuard): WireGuard => ({
    ...wireguard,
    peers: wireguard.peers.map((peer) => ({ ...peer, allowedIps })),
  });
const noPeers = (wireguard: WireGuard): WireGuard => ({ ...wireguard, peers: [] });

describe('an operation', () => {
  it('that sets no networks stays as it is', () => {
    expect(kept(healthyEvidence(), up)).toEqual(['link up']);
  });

  it('is all that a host may lose: one without any is left out', () => {
    const hosts = ['gpu-1', 'gpu-2'].map((host) => ({ host, operations: host === 'gpu-1' ? [] : [up] }));
    expect(keepNetworks(deriveFacts(healthyEvidence()), hosts)).toEqual([{ host: 'gpu-2', operations: [up] }]);
  });
});

describe('the networks of a peer', () => {
  it('stay, with those that the plan gives it, each once', () => {
    expect(kept(healthyEvidence(), list(['10.200.0.0/24', '10.9.0.0/16']))).toEqual([
      '10.200.0.0/24',
      '10.9.0.0/16',
      '10.0.0.0/16',
    ]);
    expect(kept(healthyEvidence(), add(['10.9.0.0/16']))).toEqual(['10.9.0.0/16', '10.200.0.0/24', '10.0.0.0/16']);
  });

  it('stay where only the first reading or only the last one has them', () => {
    expect(kept(tunnel(holding('10.1.0.0/16'), holding('10.2.0.0/16')), list([]))).toEqual([
      '10.1.0.0/16',
      '10.2.0.0/16',
    ]);
  });

  it('are those of its own key, also where only the beginning of it was printed', () => {
    const short = (wireguard: WireGuard) => ({
      ...wireguard,
      peers: wireguard.peers.map((peer) => ({ ...peer, publicKey: peer.publicKey.slice(0, 8) })),
    });
    expect(kept(tunnel(short, short), list([]))).toEqual(['10.200.0.0/24', '10.0.0.0/16']);
  });

  it('go where another peer holds them by now, in whatever spelling', () => {
    const moved = (wireguard: WireGuard): WireGuard => ({
      ...wireguard,
      peers: wireguard.peers.flatMap((peer) => [
        { ...peer, allowedIps: ['10.0.0.0/16'] },
        { ...peer, publicKey: 'stranger=', allowedIps: ['10.200.0.99/24'] },
      ]),
    });
    expect(kept(tunnel(same, moved), list(['10.9.0.0/16']))).toEqual(['10.9.0.0/16', '10.0.0.0/16']);
    expect(kept(tunnel(moved, same), list([]))).toEqual(['10.0.0.0/16', '10.200.0.0/24']);
  });

  it.each<[string, Evidence]>([
    ['the last reading does not show it', tunnel(same, noPeers)],
    ['the last reading shows no tunnel', tunnel(same, () => null)],
    ['the host was not read', { ...healthyEvidence(), readings: [] }],
  ])('are not set where %s, unless it is made', (_, evidence) => {
    expect(kept(evidence, list(['10.9.0.0/16']))).toBeUndefined();
    expect(kept(evidence, add(['10.9.0.0/16']))).toContain('10.9.0.0/16');
  });
});

describe('the networks of a peer of flannel’s own device', () => {
  const key = flannelKeyOf('gpu-2');
  const held = (...allowedIps: string[]) =>
    withHost(nativeEvidence(), 'gpu-1', (host) => ({
      ...host,
      flannelWireGuard: host.flannelWireGuard && {
        ...host.flannelWireGuard,
        peers: host.flannelWireGuard.peers.map((peer) => (peer.publicKey === key ? { ...peer, allowedIps } : peer)),
      },
    }));
  const onFlannel = (evidence: Evidence) => kept(evidence, list(['10.42.12.0/24'], key, 'flannel-wg'));

  it('are those that flannel gives it, and what it holds of the other family', () => {
    expect(onFlannel(held('10.42.99.0/24', 'fd00:12::/64'))).toEqual(['10.42.12.0/24', 'fd00:12::/64']);
    const facts = { ...deriveFacts(held('10.42.99.0/24', 'fd00:12::/64')), family: 'ipv6' } as const;
    const [part] = keepNetworks(facts, [{ host: 'gpu-1', operations: [list([], key, 'flannel-wg')] }]);
    expect(part?.operations).toMatchObject([{ cidrs: ['10.42.99.0/24'] }]);
  });

  it('are told by the last reading that has the device: probes may leave it out', () => {
    expect(onFlannel(held('10.42.12.0/24'))).toEqual(['10.42.12.0/24']);
    expect(kept(nativeEvidence(), list([], flannelKeyOf('ghost'), 'flannel-wg'))).toBeUndefined();
  });

  it('are not those of the tunnel below', () => {
    expect(kept(nativeEvidence(), list(['10.9.0.0/16'], HUB, 'flannel-wg'))).toBeUndefined();
    expect(kept(nativeEvidence(), list(['10.9.0.0/16']))).toContain('10.200.0.0/24');
  });
});
