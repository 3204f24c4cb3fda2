import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { permanentChanges, permanentLines } from '../../../core/repair/permanent-changes.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planFullState, planReconcile } from '../../../core/repair/plan-entries.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { flannelKeyOf, nativeEvidence, nativeHost, network, withPeers } from '../../fakes/native-evidence.ts';

/** The plan for gpu-1 when it is changed and the others are as they must be. */
function planFor(
  change: (host: NodeEvidence) => NodeEvidence,
  others: (host: NodeEvidence) => NodeEvidence = (it) => it,
) {
  const measured = change(nativeHost('gpu-1'));
  const drifts = network.findDrift('gpu-1', measured, 'flannel-wg', ['hub-1', 'cloud-1', 'gpu-2']);
  const plan = planReconcile(network, drifts, 'flannel-wg', (host) =>
    host === 'gpu-1' ? measured : others(nativeHost(host)),
  );
  return { lines: planLines(plan), beyond: plan.beyond };
}
const key = flannelKeyOf('gpu-2');
const isGpu2 = ({ publicKey }: { readonly publicKey: string }) => publicKey === key;
const gpu2With = (change: Partial<Parameters<typeof isGpu2>[0] & { allowedIps: string[] }>) => (host: NodeEvidence) =>
  withPeers(host, (peers) => peers.map((peer) => (isGpu2(peer) ? { ...peer, ...change } : peer)));
const withoutGpu2 = (host: NodeEvidence) => withPeers(host, (peers) => peers.filter((peer) => !isGpu2(peer)));
const down = (host: NodeEvidence): NodeEvidence => ({
  ...host,
  links: host.links.map((link) => ({ ...link, up: link.name !== 'flannel-wg' })),
  routes: host.routes.filter(([, , device]) => device !== 'flannel-wg'),
});
const listening = (listenPort: number | null) => (host: NodeEvidence) => ({
  ...host,
  flannelWireGuard: host.flannelWireGuard && { ...host.flannelWireGuard, listenPort },
});
const gpu2Made = `gpu-1: wg add flannel-wg peer ${key} endpoint 10.200.0.12:51821 keepalive 25 allowed-ips 10.42.12.0/24`;

describe('a peer of flannel’s own WireGuard', () => {
  it('that is missing is made as flanneld makes it, with the port and the keepalive of the host’s own device', () => {
    expect(planFor(withoutGpu2)).toEqual({ lines: [gpu2Made], beyond: [] });
    expect(planFor((host) => listening(41820)(withoutGpu2(host))).lines[0]).toContain(' endpoint 10.200.0.12:41820 ');
  });

  it('is not guessed where the port is not known, or the device carries IPv6 pods too', () => {
    const told = ["gpu-1: flannel's WireGuard has no peer with the key of gpu-2"];
    expect(planFor((host) => listening(null)(withoutGpu2(host)))).toEqual({ lines: [], beyond: told });
    const dual = (host: NodeEvidence) =>
      withPeers(host, (peers) => peers.map((peer) => ({ ...peer, allowedIps: [...peer.allowedIps, 'fd00::/64'] })));
    expect(planFor((host) => dual(withoutGpu2(host)))).toEqual({ lines: [], beyond: told });
  });

  it('that is there under a former key is replaced', () => {
    const former = flannelKeyOf('former');
    expect(planFor(gpu2With({ publicKey: former })).lines).toEqual([
      `gpu-1: wg del flannel-wg peer ${former}`,
      gpu2Made,
    ]);
  });

  it('is only added where the entry in its place is another node’s, or only the beginning of its key is known', () => {
    expect(planFor(gpu2With({ publicKey: 'former12' })).lines).toEqual([gpu2Made]);
    const atHub = (host: NodeEvidence) =>
      withPeers(withoutGpu2(host), (peers) =>
        peers.map((peer) =>
          peer.publicKey === flannelKeyOf('hub-1') ? { ...peer, allowedIps: ['10.42.0.0/16'] } : peer,
        ),
      );
    expect(planFor(atHub).lines).toEqual([gpu2Made]);
  });

  it('gets exactly its pod network, and keeps what it holds of IPv6', () => {
    expect(planFor(gpu2With({ allowedIps: ['10.42.22.0/24', 'fd00:12::/64'] })).lines).toEqual([
      `gpu-1: wg allowed-ips flannel-wg peer ${key} 10.42.12.0/24 fd00:12::/64`,
    ]);
  });
});

describe('the device of flannel’s own WireGuard', () => {
  it('that is down comes up with the one route that went with it', () => {
    expect(planFor(down).lines).toEqual(['gpu-1: link up flannel-wg', 'gpu-1: route set 10.42.0.0/16 dev flannel-wg']);
  });

  it.each<[string, (host: NodeEvidence) => NodeEvidence, string]>([
    ['that is gone', (host) => ({ ...host, links: [], flannelWireGuard: null }), 'gpu-1: flannel-wg does not exist'],
    [
      'that has another key',
      (host) => ({
        ...withoutGpu2(host),
        flannelWireGuard: withoutGpu2(host).flannelWireGuard && {
          ...nativeHost('gpu-1').flannelWireGuard,
          interface: 'flannel-wg',
          publicKey: flannelKeyOf('new'),
          listenPort: 51821,
          peers: [],
        },
      }),
      `gpu-1: flannel-wg has key ${flannelKeyOf('new')}, expected ${flannelKeyOf('gpu-1')}`,
    ],
  ])('%s is left to flanneld, with all that it lacks', (_what, change, why) => {
    expect(planFor(change)).toEqual({ lines: [], beyond: [why] });
  });

  it('is not bounced: nothing is replayed', () => {
    expect(planFullState(network, 'gpu-1', 'flannel-wg').hosts).toEqual([]);
  });
});

describe('the one route of flannel’s own WireGuard', () => {
  const lost = (host: NodeEvidence) => ({ ...host, routes: host.routes.filter(([, , dev]) => dev !== 'flannel-wg') });
  const saying = (text: string) => (host: NodeEvidence) => ({
    ...lost(host),
    subnetEnv: { network: text, subnet: '10.42.11.1/24', mtuBytes: 1340 },
  });

  it('is the network that flanneld wrote down, if every node’s pods are in it', () => {
    expect(planFor(saying('10.32.0.0/11')).lines).toEqual(['gpu-1: route set 10.32.0.0/11 dev flannel-wg']);
    expect(planFor(saying('10.42.0.0/21')).lines).toEqual(['gpu-1: route set 10.42.0.0/16 dev flannel-wg']);
  });

  it('is made for each peer where nobody says what the network is', () => {
    const silent = (host: NodeEvidence) => ({ ...lost(host), subnetEnv: null });
    expect(planFor(silent, silent).lines.toSorted()).toEqual(
      ['0', '1', '12'].map((number) => `gpu-1: route set 10.42.${number}.0/24 dev flannel-wg`),
    );
  });

  it('stays where it is when a narrower one leads elsewhere, and that one goes', () => {
    const escaped =
      (cidr: string) =>
      (host: NodeEvidence): NodeEvidence => ({
        ...host,
        routes: [...host.routes, [cidr, null, 'wg0', false, 0]],
      });
    for (const cidr of ['10.42.12.0/24', '10.42.12.128/25', '10.42.8.0/21'])
      expect(planFor(escaped(cidr)).lines).toEqual([`gpu-1: route del ${cidr} dev wg0`]);
  });
});

describe('the plan for a fleet of flannel’s own WireGuard', () => {
  const lostTo = (names: readonly string[]) => (from: string, name: string) =>
    name.startsWith('underlay') || !names.some((peer) => (from === 'gpu-1' && name.endsWith(peer)) || from === peer);
  const planOf = (...given: Parameters<typeof nativeEvidence>) => {
    return planRepair(examine(nativeEvidence(...given)));
  };

  it('writes nothing down of what flanneld makes itself', () => {
    const plan = planOf('gpu-1', (host) => gpu2With({ allowedIps: [] })(host), lostTo(['gpu-2']));
    expect(planLines(plan)).toHaveLength(1);
    expect(permanentChanges(plan)).toEqual([]);
  });

  const sized = (mtuBytes: number) => (host: NodeEvidence) => ({
    ...host,
    links: host.links.map((link) => (link.name === 'flannel-wg' ? { ...link, mtuBytes } : link)),
  });
  const fullLost = (at: string) => (from: string, name: string) => !(from === at && name.startsWith('full'));

  it('lowers a device that is too large for its tunnel, which flanneld would do by itself when it starts', () => {
    const plan = planOf('gpu-1', sized(1420), fullLost('gpu-1'));
    expect(planLines(plan)).toEqual(['gpu-1: link mtu flannel-wg 1360']);
    expect(permanentChanges(plan)).toEqual([]);
  });

  it('tells what flannel’s configuration must say on a hub, whose card is larger than its tunnel', () => {
    const plan = planOf('hub-1', sized(8921), fullLost('hub-1'));
    expect(planLines(plan).at(-1)).toBe('hub-1: link mtu flannel-wg 1360');
    expect(permanentLines(permanentChanges(plan))).toEqual([
      'hub-1: net-conf.json of flannel, for all nodes',
      '  "Backend"',
      '  +"MTU": 1440',
    ]);
  });

  it('mends no other host while the device of the host at fault waits for flanneld', () => {
    const gone = (host: NodeEvidence) => ({ ...host, links: host.links.filter(({ name }) => name !== 'flannel-wg') });
    const evidence = nativeEvidence('gpu-1', gone, () => false);
    const readings = evidence.readings.map((reading) =>
      reading.host === 'hub-1' && reading.passive.status === 'read'
        ? { ...reading, passive: { ...reading.passive, evidence: down(reading.passive.evidence) } }
        : reading,
    );
    const both = { ...evidence, readings };
    const examination = examine(both);
    expect(examination.diagnosis).toMatchObject({ cause: 'flannel-interface-missing', hostAtFault: 'gpu-1' });
    const plan = planRepair(examination);
    expect(plan.hosts).toEqual([]);
    expect(plan.beyond.join()).toContain('restart flanneld');
  });
});
