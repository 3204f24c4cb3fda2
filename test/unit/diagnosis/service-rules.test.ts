import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';

type Change = (host: NodeEvidence) => NodeEvidence;
type Chains = NonNullable<NodeEvidence['serviceRules']>['chains'];

const BRIDGE_CALLS = 'net.bridge.bridge-nf-call-iptables';

const services: Chains = [['nf_tables', 'nat', 'KUBE-SERVICES', null]];
const masquerade: Chains = [['nf_tables', 'nat', 'FLANNEL-POSTRTG', 5]];
const forward: Chains = [['nf_tables', 'filter', 'FLANNEL-FWD', null]];
const emptied: Chains = [['nf_tables', 'nat', 'FLANNEL-POSTRTG', 0]];
/** flannel before 0.21 has no chain of its own. */
const oldMasquerade: Chains = [['nf_tables', 'nat', 'POSTROUTING', 2]];
const everyChain = [...services, ...masquerade, ...forward];

/** A host with these chains, one pod on a bridge, and a flannel that masquerades. */
function having(chains: Chains, virtualServices = 0): Change {
  return (host) => ({
    ...host,
    links: [...host.links, { name: 'cni0', kind: 'bridge', up: true, mtuBytes: 1370, mac: null, vxlan: null }],
    addresses: [...host.addresses, ['cni0', host.subnetEnv?.subnet.replace('.0/24', '.1/24') ?? '']],
    pods: { ...host.pods, veths: 1 },
    sysctls: { ...host.sysctls, [BRIDGE_CALLS]: 1 },
    subnetEnv: host.subnetEnv && { ...host.subnetEnv, masquerades: true },
    cniFiles: ['10-flannel.conflist'],
    serviceRules: { backends: ['nf_tables'], chains, virtualServices },
  });
}

const withBridgeCalls = (value: number): Change => {
  return (host) => ({ ...host, sysctls: { ...host.sysctls, [BRIDGE_CALLS]: value } });
};
const running = (program: string): Change => {
  return (host) => ({ ...host, agents: [...host.agents, program] });
};
const withoutSwitches: Change = (host) => ({
  ...host,
  sysctls: {},
  unseen: [{ what: 'sysctls', why: 'timeout' }],
});
const withoutPods: Change = (host) => ({ ...host, pods: { addresses: [], mtus: [], allocated: 0, veths: 0 } });
const notMasquerading: Change = (host) => ({
  ...host,
  subnetEnv: host.subnetEnv && { ...host.subnetEnv, masquerades: false },
});
const withCni = (...cniFiles: string[]): Change => {
  return (host) => ({ ...host, cniFiles });
};
const unseen: Change = ({ serviceRules: _, ...host }) => host;

const all = (...changes: Change[]): Change => {
  return (host) => changes.reduce((changed, change) => change(changed), host);
};

/** Every host has all chains, unless it is changed. */
function fleet(changes: Readonly<Record<string, Change>>): Evidence {
  const evidence = healthyEvidence();
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => {
      if (reading.passive.status !== 'read') return reading;
      const change = changes[reading.host] ?? having(everyChain);
      return { ...reading, passive: { status: 'read', evidence: change(reading.passive.evidence) } };
    }),
  };
}

function result(evidence: Evidence) {
  const examination = examine(evidence);
  const { class: faultClass, cause, hostAtFault, because } = examination.diagnosis;
  const planned = planRepair(examination).hosts.length;
  return { verdict: `${faultClass}/${cause} @ ${hostAtFault}`, planned, because: because.join('\n') };
}

const missing = 'node-agent/service-rules-missing @ gpu-1';
const healthy = 'healthy/all-paths-pass @ null';

describe('rules of kube-proxy and flannel that the rest of the fleet has', () => {
  it.each<readonly [string, Change, string]>([
    ['all were flushed', having([]), 'kube-proxy'],
    ['the chains are there and empty', having([...services, ...emptied, ...forward]), 'masquerade'],
    ['those of the older back end are empty', having([['legacy', 'nat', 'KUBE-SERVICES', 0]]), 'kube-proxy'],
    ['those of kube-proxy are gone', having(masquerade), 'kube-proxy'],
    ['flannel’s chain is empty', having([...services, ...emptied]), 'masquerade'],
    ['flannel’s chain is gone', having(services), 'masquerade'],
    ['bridges do not call iptables', all(having(everyChain), withBridgeCalls(0)), BRIDGE_CALLS],
  ])('are missing where %s', (_, change, because) => {
    const found = result(fleet({ 'gpu-1': change }));
    expect(found).toMatchObject({ verdict: missing, planned: 0 });
    expect(found.because).toContain(because);
  });

  it('are missing where br_netfilter is not loaded', () => {
    const unloaded: Change = (host) => {
      const { [BRIDGE_CALLS]: _, ...sysctls } = host.sysctls;
      return { ...host, sysctls };
    };
    expect(result(fleet({ 'gpu-1': all(having(everyChain), unloaded) })).verdict).toBe(missing);
  });

  it('are missing where one host has them and the node’s own kube-proxy runs', () => {
    const evidence = fleet({
      'gpu-1': all(having(masquerade), running('kube-proxy')),
      'hub-1': unseen,
      'cloud-1': unseen,
    });
    expect(result(evidence).verdict).toBe(missing);
  });
});

describe('a healthy fleet that looks the same', () => {
  const without = having(masquerade);
  const nftables = having([
    ['nf_tables', 'kube-proxy', 'services', null],
    ['nf_tables', 'flannel-ipv4', 'postrtg', null],
  ]);
  const everywhere = (change: Change) =>
    fleet({ 'hub-1': change, 'cloud-1': change, 'gpu-1': change, 'gpu-2': change });

  it.each<readonly [string, Evidence]>([
    ['has no kube-proxy at all (Cilium, --disable-kube-proxy)', everywhere(without)],
    ['has neither chains nor kube-proxy', everywhere(having([]))],
    ['has kube-proxy in nftables mode', everywhere(nftables)],
    ['has kube-proxy in nftables mode on one node', fleet({ 'gpu-1': nftables })],
    ['has kube-proxy in IPVS mode on one node', fleet({ 'gpu-1': having(masquerade, 12) })],
    [
      'has kube-proxy’s rules in the older back end on one node',
      fleet({ 'gpu-1': having([['legacy', 'nat', 'KUBE-SERVICES', 12], ...masquerade]) }),
    ],
    [
      'has another program for services on one node',
      fleet({ 'gpu-1': having([['nf_tables', 'nat', 'CILIUM_POST_nat', null], ...masquerade]) }),
    ],
    [
      'has another CNI beside flannel on one node',
      fleet({ 'gpu-1': all(without, withCni('05-cilium.conflist', '10-flannel.conflist')) }),
    ],
    ['has leaf nodes without kube-proxy', fleet({ 'gpu-1': without, 'gpu-2': without })],
    ['has another host without kube-proxy', fleet({ 'gpu-1': without, 'cloud-1': without })],
    ['has it on the peer alone', fleet({ 'gpu-1': without, 'hub-1': without, 'cloud-1': without })],
    ['has it on the peer alone, as far as was seen', fleet({ 'gpu-1': without, 'hub-1': unseen, 'cloud-1': unseen })],
    ['has it on the hub and a cloud host, and the peer was not seen', fleet({ 'gpu-1': without, 'gpu-2': unseen })],
    ['has a node whose chains nobody saw', fleet({ 'gpu-1': all(having([]), unseen) })],
    [
      'has a node whose chains could not be listed in time',
      fleet({
        'gpu-1': all(having([]), (host) => ({ ...host, unseen: [{ what: 'serviceRules', why: 'timeout' }] })),
      }),
    ],
    ['has a node without pods', fleet({ 'gpu-1': all(having([]), withoutPods) })],
    ['has a node whose flannel does not masquerade', fleet({ 'gpu-1': all(having(services), notMasquerading) })],
    [
      'has a node that did not say whether flannel masquerades',
      fleet({
        'gpu-1': (host) => ({ ...having(services)(host), subnetEnv: host.subnetEnv }),
      }),
    ],
    ['has an older flannel on one node', fleet({ 'gpu-1': having([...services, ...oldMasquerade]) })],
    ['has no FLANNEL-FWD on one node', fleet({ 'gpu-1': having([...services, ...masquerade]) })],
    ['has bridges that do not call iptables', everywhere(all(having(everyChain), withBridgeCalls(0)))],
    [
      'has bridges that do not call iptables where kube-proxy uses nftables',
      fleet({ 'gpu-1': all(nftables, withBridgeCalls(0)) }),
    ],
    [
      'has bridges that do not call iptables where kube-proxy uses IPVS',
      fleet({ 'gpu-1': all(having(everyChain, 12), withBridgeCalls(0)) }),
    ],
    [
      'has bridges that do not call iptables on a node without pods',
      fleet({ 'gpu-1': all(having(everyChain), withBridgeCalls(0), withoutPods) }),
    ],
    [
      'has pods that are on no bridge',
      fleet({
        'gpu-1': all(having(everyChain), withBridgeCalls(0), (host) => ({
          ...host,
          links: host.links.filter(({ kind }) => kind !== 'bridge'),
          addresses: host.addresses.filter(([device]) => device !== 'cni0'),
          pods: { ...host.pods, veths: 0 },
        })),
      }),
    ],
    [
      'has no kube-proxy, and a node whose switches could not be read',
      fleet({
        'hub-1': without,
        'cloud-1': without,
        'gpu-1': all(without, withoutSwitches),
        'gpu-2': without,
      }),
    ],
    [
      'has kube-proxy in another mode on a node whose switches could not be read',
      fleet({ 'gpu-1': all(nftables, withoutSwitches) }),
    ],
    [
      'has bridges that nowhere call iptables, and a node whose switches could not be read',
      fleet({
        ...Object.fromEntries(
          ['hub-1', 'cloud-1', 'gpu-2'].map((host) => [host, all(having(everyChain), withBridgeCalls(0))]),
        ),
        'gpu-1': all(having(everyChain), withoutSwitches),
      }),
    ],
    [
      'has a node without pods whose switches could not be read',
      fleet({ 'gpu-1': all(having(everyChain), withoutPods, withoutSwitches) }),
    ],
  ])('%s', (_, evidence) => {
    expect(result(evidence)).toMatchObject({ verdict: healthy, planned: 0 });
  });

  it('has a hub that differs from its spokes', () => {
    const asHub: Change = ({ wireguard, ...host }) => {
      const more = (wireguard?.peers ?? []).map((peer) => ({
        ...peer,
        publicKey: 'more=',
        allowedIps: ['10.200.0.99/32'],
      }));
      return { ...host, wireguard: wireguard && { ...wireguard, peers: [...wireguard.peers, ...more] } };
    };
    expect(result(fleet({ 'gpu-1': all(having(masquerade), asHub) }))).toMatchObject({ verdict: healthy, planned: 0 });
  });

  it('has a k3s server that differs from its agents', () => {
    const agent = all(having(everyChain), running('k3s-agent'));
    const evidence = fleet({
      'gpu-1': all(having(masquerade), running('k3s-server')),
      'hub-1': agent,
      'gpu-2': agent,
      'cloud-1': agent,
    });
    expect(result(evidence)).toMatchObject({ verdict: healthy, planned: 0 });
  });
});

describe('whether bridges call iptables, where the fleet needs it', () => {
  const withoutLinks: Change = (host) => ({
    ...host,
    links: [],
    pods: { ...host.pods, veths: 0 },
    unseen: [{ what: 'links', why: 'timeout' }],
  });

  it.each([
    ['switches', withoutSwitches],
    ['devices', withoutLinks],
  ])('is not known of a node that could not see its %s: neither healthy nor ill', (_, unseen) => {
    for (const value of [0, 1]) {
      const evidence = fleet({ 'gpu-1': all(having(everyChain), withBridgeCalls(value), unseen) });
      expect(result(evidence)).toMatchObject({ verdict: 'unknown/no-rule-fits @ null', planned: 0 });
    }
  });
});

describe('what is said beside another verdict', () => {
  it('is that a node without pods lacks what the others have', () => {
    const { verdict, because } = result(fleet({ 'gpu-1': all(having([]), withoutPods) }));
    expect(verdict).toBe(healthy);
    expect(because).toContain('gpu-1 has no rules of kube-proxy');
  });

  it('is that both back ends of iptables hold rules of Kubernetes', () => {
    const both = having([...everyChain, ['legacy', 'nat', 'KUBE-SERVICES', 3]]);
    const { verdict, because } = result(fleet({ 'gpu-1': both }));
    expect(verdict).toBe(healthy);
    expect(because).toContain('both back ends');
  });

  it('is nothing about evidence of an older collector', () => {
    const { verdict, because } = result(healthyEvidence());
    expect([verdict, because.includes('kube-proxy')]).toEqual([healthy, false]);
  });
});
