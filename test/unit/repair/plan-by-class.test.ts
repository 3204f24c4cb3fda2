import { describe, expect, it } from 'vitest';
import { type CauseName, causeOf } from '../../../core/diagnosis/causes.ts';
import { type Examination, examine } from '../../../core/diagnosis/diagnose.ts';
import type { ForRepair } from '../../../core/diagnosis/diagnosis.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { nativeEvidence } from '../../fakes/native-evidence.ts';
import { evidenceOf, withHost } from '../../fixtures/changed-evidence.ts';
import { cloudRouteEvidence, table } from '../cloud/cloud-route-cases.ts';

/** Another cause than the one that the evidence has: what the class of the cause lets a plan do. */
function as(
  evidence: Evidence,
  cause: CauseName,
  { hostAtFault = 'gpu-1', forRepair = {} }: { hostAtFault?: string | null; forRepair?: ForRepair } = {},
): Examination {
  const examination = examine(evidence);
  return {
    ...examination,
    found: { ...examination.found, cause, hostAtFault, forRepair },
    diagnosis: { ...examination.diagnosis, class: causeOf(cause).class, cause, hostAtFault },
  };
}
const lines = (...given: Parameters<typeof as>) => planLines(planRepair(as(...given)));

/** gpu-1 has lost its forwarding entries, its wg0 is down, and no path passes. */
const wrecked = evidenceWith(
  'gpu-1',
  (host) => ({
    ...host,
    fdb: [],
    links: host.links.map((link) => (link.name === 'wg0' ? { ...link, up: false } : link)),
  }),
  () => false,
);
const entries = [
  '0a:58:0a:2a:00:00 dst 10.0.1.10',
  '0a:58:0a:2a:01:00 dst 10.0.2.20',
  '0a:58:0a:2a:0c:00 dst 10.200.0.12',
];
const allEntries = entries.map((entry) => `gpu-1: fdb replace ${entry} dev flannel.1`);

describe('a plan does what mends the class that was diagnosed, and nothing else', () => {
  it.each<[CauseName, readonly string[]]>([
    ['fdb-missing', allEntries],
    ['peer-pod-route-missing', allEntries],
    ['interface-down', ['gpu-1: link up wg0']],
    ['hub-tunnel-down', ['gpu-1: link up wg0']],
    ['nat-mapping-expired', []],
    ['path-mtu-lowered', []],
    ['checksum-offload', []],
    ['stale-flow', []],
    ['address-foreign', []],
    ['subnet-env-stale', []],
    ['all-paths-pass', []],
  ])('%s: %j', (cause, planned) => {
    expect(lines(wrecked, cause).toSorted()).toEqual(planned);
  });

  it('leaves the ways of the tunnel alone, where the tables of VXLAN are to blame', () => {
    const tunnelWays = { astray: [{ host: 'gpu-1', address: '10.0.1.10' }], uncarried: [], uncarriedAtHub: [] };
    expect(lines(wrecked, 'fdb-missing', { forRepair: { tunnelWays } }).toSorted()).toEqual(allEntries);
    expect(lines(wrecked, 'peer-pod-route-missing', { forRepair: { tunnelWays } })).toHaveLength(4);
  });

  it.each<CauseName>([
    'pod-cidr-overlap',
    'interface-missing',
    'hub-unreachable',
    'vxlan-port-filtered',
    'node-or-uplink-dead',
    'unsupported-overlay',
    'node-objects-conflict',
    'no-rule-fits',
    'flanneld-stopped',
  ])('%s, which a person mends, is handed over in words', (cause) => {
    const plan = planRepair(as(wrecked, cause));
    expect(plan).toMatchObject({ hosts: [], beyond: [causeOf(cause).told({ ...place, host: 'gpu-1' })] });
    expect(plan).not.toHaveProperty('asks');
  });

  it('has no words either where nothing is wrong', () => {
    expect(planRepair(as(wrecked, 'all-paths-pass')).beyond).toEqual([]);
  });
});

const place = {
  host: 'gpu-1',
  wireguardDevice: 'wg0',
  flannelDevice: 'flannel.1',
  publicIp: '10.200.0.11',
  key: 'gpu1public=',
  oversizedDevice: 'wg0',
  forwardingKey: 'net.ipv4.ip_forward',
  carriedBytes: null,
  cloudChange: '',
} as const;

describe('a tunnel that is down', () => {
  it('gets the hub’s endpoint where that is what is stale', () => {
    const stale = evidenceOf('hub-endpoint-stale');
    const given = { forRepair: { hubEndpoint: '198.51.100.10:51820' } };
    expect(lines(stale, 'hub-endpoint-stale', given).at(-1)).toContain(' 198.51.100.10:51820');
    expect(lines(stale, 'interface-down', given)).toEqual([]);
  });

  const lostPeers = nativeEvidence(
    'gpu-1',
    (host) => ({
      ...host,
      flannelWireGuard: host.flannelWireGuard && { ...host.flannelWireGuard, peers: [] },
      links: host.links.map((link) => (link.name === 'wg0' ? { ...link, up: false } : link)),
    }),
    () => false,
  );

  it('gets flannel’s own peers beside its device, where flannel’s device is a tunnel', () => {
    const ops = (hostAtFault: string) =>
      planRepair(as(lostPeers, 'flannel-peer-missing', { hostAtFault })).hosts.flatMap(({ operations }) =>
        operations.map(({ op }) => op),
      );
    expect(ops('gpu-1')).toEqual(['link up', 'wg add', 'wg add', 'wg add']);
    expect(ops('hub-1')).toEqual(['link up']);
  });

  it('gets them on every host, where one of these is at fault, and says what it leaves', () => {
    const atHub = withHost(lostPeers, 'hub-1', (host) => ({
      ...host,
      flannelWireGuard: host.flannelWireGuard && { ...host.flannelWireGuard, peers: [] },
    }));
    expect(planRepair(as(atHub, 'flannel-peer-missing')).hosts.map(({ host }) => host)).toEqual(['gpu-1', 'hub-1']);
    const portless = withHost(lostPeers, 'gpu-1', (host) => ({
      ...host,
      flannelWireGuard: host.flannelWireGuard && { ...host.flannelWireGuard, listenPort: null },
    }));
    const { hosts, beyond } = planRepair(as(portless, 'flannel-peer-missing'));
    expect(hosts).toEqual([{ host: 'gpu-1', operations: [{ op: 'link up', dev: 'wg0' }] }]);
    expect(beyond).toContain("gpu-1: flannel's WireGuard has no peer with the key of hub-1");
  });
});

describe('a host that lost every entry at once', () => {
  const lost = evidenceWith(
    'hub-1',
    (host) => ({ ...host, routes: host.routes.filter(([, , device]) => device !== 'flannel.1'), neighbours: [] }),
    () => false,
  );
  const count = (cause: CauseName, hostAtFault: string) => lines(lost, cause, { hostAtFault }).filter(isEntry).length;
  const isEntry = (line: string) => line.startsWith('hub-1: ');

  it('gets all of them back, not only those about the node', () => {
    expect(count('fdb-missing', 'hub-1')).toBe(2);
    expect(count('link-bounced', 'hub-1')).toBe(6);
    expect(count('recreated-empty', 'hub-1')).toBe(6);
    expect(count('link-bounced', 'gpu-1')).toBe(2);
  });

  it('gets each once', () => {
    const planned = lines(lost, 'link-bounced', { hostAtFault: 'hub-1' }).filter(isEntry);
    expect(new Set(planned).size).toBe(planned.length);
  });
});

describe('a route that a cloud lacks', () => {
  const cause = { hostAtFault: null };

  it('is left to a later stage, which asks, where it is certain', () => {
    expect(planRepair(as(cloudRouteEvidence(table()), 'cloud-route-missing', cause)).beyond).toEqual([
      'no host is at fault, but a route table of the cloud',
    ]);
  });

  it('is handed over where it is not', () => {
    const [words, ...more] = planRepair(as(cloudRouteEvidence(), 'cloud-route-missing', cause)).beyond;
    expect(words).toMatch(/^the route table of the cloud: aws ec2 create-route/);
    expect(more).toEqual([]);
    const blocked = planRepair(as(cloudRouteEvidence(table()), 'cloud-path-blocked', cause)).beyond;
    expect(blocked.join()).toMatch(/^the route tables of the cloud: aws ec2 create-route/);
  });
});
