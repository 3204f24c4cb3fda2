import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { permanentChanges, permanentLines } from '../../../core/repair/permanent-changes.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceWith, healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { evidenceOf, withHost, withReadings } from '../../fixtures/changed-evidence.ts';

type Change = (host: NodeEvidence) => NodeEvidence;
type Flow = NonNullable<NodeEvidence['flows']>[number];

function result(evidence: Evidence) {
  const examination = examine(evidence);
  const { cause, hostAtFault } = examination.diagnosis;
  const plan = planRepair(examination);
  return {
    cause,
    hostAtFault,
    plan: planLines(plan),
    beyond: plan.beyond.join(),
    keep: permanentLines(permanentChanges(plan)),
  };
}

const healthy = { cause: 'all-paths-pass', hostAtFault: null, plan: [] };

describe('an address that the CNI left on the pods’ bridge', () => {
  const old = evidenceOf('bridge-address-old');
  const gives = 'gpu-1: addr replace 10.42.11.1/24 dev cni0';
  const takes = 'gpu-1: addr del 10.42.9.1/24 dev cni0';
  const onNode = (change: Change) => withHost(old, 'gpu-1', change);

  it('is taken away, once the gateway that flannel gave is there', () => {
    expect(result(old)).toMatchObject({ cause: 'address-foreign', hostAtFault: 'gpu-1', plan: [gives, takes] });
  });

  it.each<readonly [string, Change]>([
    ['a pod answers beside it', (host) => ({ ...host, pods: { ...host.pods, addresses: ['10.42.9.7'] } })],
    [
      'the default route leaves through the bridge',
      (host) => ({ ...host, routes: [['default', '10.42.9.254', 'cni0', false, 0], ...host.routes] }),
    ],
    [
      'the hosts do not agree on the pod network',
      (host) => ({ ...host, subnetEnv: host.subnetEnv && { ...host.subnetEnv, network: '10.42.0.0/17' } }),
    ],
    [
      'subnet.env does not name the gateway of the node’s pod CIDR',
      (host) => ({ ...host, subnetEnv: host.subnetEnv && { ...host.subnetEnv, subnet: '10.42.9.1/24' } }),
    ],
    [
      'the bridge is not the one of flannel’s CNI',
      (host) => ({
        ...host,
        links: host.links.map((link) => (link.name === 'cni0' ? { ...link, name: 'br-lan' } : link)),
        addresses: host.addresses.map(([device, address]) => [device === 'cni0' ? 'br-lan' : device, address]),
      }),
    ],
    ['the addresses were not seen', (host) => ({ ...host, unseen: [{ what: 'addresses', why: 'timeout' }] })],
  ])('is left where %s', (_, change) => {
    expect(result(onNode(change)).plan).toEqual([]);
  });

  it('is left where it is the host’s own', () => {
    const nodes = old.nodes.map((node) =>
      node.metadata.name === 'gpu-1'
        ? { ...node, status: { ...node.status, addresses: [{ type: 'InternalIP', address: '10.42.9.1' }] } }
        : node,
    );
    expect(result({ ...old, nodes }).plan).toEqual([]);
  });
});

describe('an address beside flannel’s own, with which flanneld does not start', () => {
  const stopped = evidenceOf('foreign-address-stops-flanneld');
  const withSecond = (address: string) =>
    withHost(stopped, 'gpu-1', (host) => ({
      ...host,
      addresses: host.addresses.map(([device, text]) => [device, text.startsWith('192.168.77.7') ? address : text]),
    }));

  it('is somebody else’s where it lies outside the pod network', () => {
    expect(result(stopped)).toMatchObject({ cause: 'address-foreign', plan: [] });
    expect(result(stopped).beyond).toContain('ip addr del');
  });

  it('is taken away where it is of an earlier lease', () => {
    expect(result(withSecond('10.42.9.0/32')).plan).toEqual(['gpu-1: addr del 10.42.9.0/32 dev flannel.1']);
  });

  it('is a remark, and stays, where flanneld runs', () => {
    const quiet = evidenceWith('gpu-1', (host) => ({
      ...host,
      addresses: [...host.addresses, ['flannel.1', '10.42.9.0/32']],
    }));
    expect(result(quiet)).toMatchObject(healthy);
  });
});

describe('checksums that a card gets wrong', () => {
  const wrong = evidenceOf('checksum-offload');
  const saying = (txChecksum: NodeEvidence['txChecksum']) =>
    withHost(wrong, 'gpu-1', ({ txChecksum: _, ...host }) =>
      txChecksum === undefined ? host : { ...host, txChecksum },
    );

  it('are computed by the kernel, and at every start of the device', () => {
    const { plan, keep } = result(saying('on'));
    expect(plan).toEqual(['gpu-1: offload flannel.1 tx-checksum-ip-generic off']);
    expect(keep.join('\n')).toContain('ethtool -K flannel.1 tx-checksum-ip-generic off');
  });

  it.each([['off'], ['fixed'], [undefined]] as const)('are handed over where the host says %s of it', (said) => {
    const { plan, beyond } = result(saying(said));
    expect(plan).toEqual([]);
    expect(beyond).toContain('install ethtool');
  });

  it('are no fault where errors were counted long ago, and everything passes', () => {
    const counted = evidenceWith('gpu-2', (host) => ({ ...host, counters: { 'Udp.InCsumErrors': 900 } }));
    expect(result(counted)).toMatchObject(healthy);
  });
});

describe('a flow of UDP that nobody answers', () => {
  const flow: Flow = ['10.200.0.12:40000', '10.200.0.11:8125', '10.42.11.77', 29];
  const line = 'gpu-1: conntrack del udp 10.200.0.12:40000 10.200.0.11:8125 at 10.42.11.77';
  /** Seen in the passive reading, and again with the node's last probes 8 s later. */
  const seen = (first: readonly Flow[], last: readonly Flow[] | undefined, change: Change = (host) => host) => {
    const given = withHost(healthyEvidence(), 'gpu-1', (host) => change({ ...host, flows: [...first] }));
    return withReadings(given, (reading) => {
      if (reading.host !== 'gpu-1' || reading.passive.status !== 'read') return reading;
      const collectedAt = reading.passive.evidence.collectedAt + 8;
      const runs = reading.runs.map((run) => ({ ...run, collectedAt, ...(last && { flows: [...last] }) }));
      return { ...reading, runs };
    });
  };

  it('is forgotten where it is renewed and leads to an address that no pod has', () => {
    expect(result(seen([flow], [flow]))).toMatchObject({ cause: 'stale-flow', hostAtFault: 'gpu-1', plan: [line] });
  });

  it.each<readonly [string, Evidence]>([
    ['its sender has stopped', seen([flow], [[flow[0], flow[1], flow[2], 21]])],
    ['it ended meanwhile', seen([flow], [])],
    ['it has only just begun', seen([], [flow])],
    ['it was looked at once', seen([flow], undefined)],
    [
      'its pod answers, as one does that only takes metrics',
      seen([flow], [flow], (host) => ({ ...host, pods: { ...host.pods, addresses: [flow[2]] } })),
    ],
    [
      'its pod has the address and answers no echo',
      seen([flow], [flow], (host) => ({ ...host, pods: { ...host.pods, silent: [flow[2]] } })),
    ],
    [
      'it leads to the pods of another node, which this one cannot know',
      seen([[flow[0], flow[1], '10.42.12.77', 29]], [[flow[0], flow[1], '10.42.12.77', 29]]),
    ],
  ])('is left alone where %s', (_, evidence) => {
    expect(result(evidence)).toMatchObject(healthy);
  });
});
