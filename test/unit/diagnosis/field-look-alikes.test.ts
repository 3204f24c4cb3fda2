import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence, Way } from '../../../core/evidence/node-evidence.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { mtuBlackHole } from '../../../runbooks/mtu-black-hole.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { answered, evidenceOf, withHost, withProbes, withReadings } from '../../fixtures/changed-evidence.ts';

/** Every probe of these kinds is answered. */
const passing = (evidence: Evidence, isAnswered: (from: string, name: string) => boolean = () => true) =>
  withProbes(evidence, (from, probe) => (isAnswered(from, probe.name) ? answered(probe) : probe));

function result(evidence: Evidence) {
  const examination = examine(evidence);
  const { cause, hostAtFault, confidence } = examination.diagnosis;
  return { cause, hostAtFault, confidence, plan: planLines(planRepair(examination)) };
}

const healthy = { cause: 'all-paths-pass', hostAtFault: null, plan: [] };

describe('a table of connections at its limit', () => {
  it('is no fault where everything passes', () => {
    const full = (host: NodeEvidence): NodeEvidence => ({
      ...host,
      sysctls: { ...host.sysctls, 'net.netfilter.nf_conntrack_max': 1000 },
      counters: { 'conntrack.count': 1000 },
    });
    expect(result(evidenceWith('gpu-1', full))).toMatchObject(healthy);
  });

  it('is not blamed on a host that only some of the lossy pairs have', () => {
    const full = evidenceOf('conntrack-full');
    const elsewhere = withReadings(full, (reading) => {
      if (reading.passive.status !== 'read') return reading;
      const limit = reading.host === 'gpu-2' ? 1 : 1_000_000;
      const { evidence } = reading.passive;
      const sysctls = { ...evidence.sysctls, 'net.netfilter.nf_conntrack_max': limit };
      return { ...reading, passive: { status: 'read', evidence: { ...evidence, sysctls } } };
    });
    expect(result(elsewhere)).toMatchObject({ plan: [] });
    expect(result(elsewhere).hostAtFault).not.toBe('gpu-2');
  });

  it('is told from a firewall: lost connections say nothing where echoes are lost too', () => {
    const roomy = withHost(evidenceOf('conntrack-full'), 'gpu-1', (host) => ({
      ...host,
      sysctls: { ...host.sysctls, 'net.netfilter.nf_conntrack_max': 1_000_000 },
    }));
    expect(result(roomy).cause).not.toBe('only-icmp-passes');
    expect(result(roomy).plan).toEqual([]);
  });
});

describe('a peer behind another hub', () => {
  it('does not prove that the node’s own hub forwards nothing', () => {
    const right = evidenceOf('route-to-other-hub');
    const unread = { ...right, routeTables: [] };
    expect(result(unread)).toMatchObject({ cause: 'cloud-route-missing', hostAtFault: null, confidence: 0.9 });
  });

  it('proves it where the peer is behind the same hub', () => {
    expect(result(evidenceOf('hub-forward-dropped'))).toMatchObject({ cause: 'forward-dropped', hostAtFault: 'hub-1' });
  });
});

describe('an announced address that the host does not have', () => {
  const notMapped = evidenceOf('public-address-not-mapped');

  it('is somebody’s own translation where the overlay passes, even if it answers no echo', () => {
    const passes = passing(notMapped, (_, name) => name !== 'underlay-cloud-1');
    expect(result(passes)).toMatchObject(healthy);
  });

  it('is not told from one sender’s packets alone', () => {
    const fromHubAlone = withProbes(notMapped, (from, probe) => (from === 'gpu-1' ? undefined : probe));
    expect(result(fromHubAlone)).toMatchObject({ plan: [] });
    expect(result(fromHubAlone).cause).not.toBe('wrong-interface-announced');
  });

  it('is not blamed where the host reaches nobody either: then it is off the network', () => {
    const silent = withProbes(notMapped, (from, probe) => (from === 'cloud-1' ? { ...probe, received: 0 } : probe));
    expect(result(silent).cause).not.toBe('wrong-interface-announced');
  });

  it('is too unsure for a quarantine', () => {
    expect(result(notMapped).confidence).toBeLessThan(0.8);
  });
});

describe('a bridge with an address of another network', () => {
  const old = evidenceOf('bridge-address-old');
  const podsAnswer = (host: NodeEvidence): NodeEvidence => ({
    ...host,
    pods: { ...host.pods, addresses: ['10.42.11.2'], silent: [] },
  });

  it('is healthy where the pods answer: not every CNI gives a gateway’s address', () => {
    const answering = withReadings(withHost(old, 'gpu-1', podsAnswer), (reading) => ({
      ...reading,
      runs: reading.runs.map((run) => {
        const gateway = run.probes.find(({ name }) => name === 'pod-gpu-1');
        const workload = gateway && { ...answered(gateway), name: 'workload-gpu-1', address: '10.42.11.2' };
        return workload === undefined ? run : { ...run, probes: [...run.probes, workload] };
      }),
    }));
    expect(result(answering)).toMatchObject(healthy);
    expect(examine(answering).diagnosis.because).toContain(
      'the gateway of gpu-1’s pods answers no echo, yet its pods do',
    );
  });

  it.each([
    ['a bridge of another program', '172.17.0.1/16'],
    ['no address at all', undefined],
  ])('is not told of %s', (_, address) => {
    const other = withHost(old, 'gpu-1', (host) => ({
      ...host,
      addresses: [
        ...host.addresses.filter(([device]) => device !== 'cni0'),
        ...(address === undefined ? [] : [['docker0', address] as [string, string]]),
      ],
    }));
    expect(result(other)).toMatchObject({ hostAtFault: null, plan: [] });
  });
});

describe('full-size packets that are lost between the node and its hub', () => {
  const atHub = evidenceOf('large-lost-at-hub');
  const secondRun = (from: string, name: string) => name === 'full-hub-1' && from !== 'gpu-1';

  it('are the node’s line where other hosts’ pass', () => {
    expect(result(passing(atHub, secondRun))).toMatchObject({ hostAtFault: 'gpu-1', confidence: 0.95 });
  });

  it('are nobody’s where some of them pass and some do not', () => {
    const some = passing(atHub, (from, name) => secondRun(from, name) && from === 'cloud-1');
    expect(result(some)).toMatchObject({ cause: 'path-mtu-lowered', hostAtFault: null, confidence: 0.85 });
  });

  it('bring no quarantine where no other host was asked', () => {
    const alone = withProbes(atHub, (from, probe) => (secondRun(from, probe.name) ? undefined : probe));
    const { confidence } = result(alone);
    const [reconcile, quarantine] = mtuBlackHole.stages;
    expect(confidence).toBeGreaterThanOrEqual(reconcile?.minConfidence ?? 1);
    expect(confidence).toBeLessThan(quarantine?.minConfidence ?? 0);
  });
});

describe('a path MTU that the kernels remember', () => {
  const remembered = evidenceOf('cached-path-mtu');
  const withWays = (change: (way: Way) => Way) =>
    withReadings(remembered, (reading) => ({
      ...reading,
      runs: reading.runs.map((run) => (run.ways === undefined ? run : { ...run, ways: run.ways.map(change) })),
    }));
  const learned = (secondsAgo: number) =>
    result(withWays((way) => ({ ...way, ...(way.cachedMtuBytes > 0 ? { expiresSeconds: 600 - secondsAgo } : {}) })));

  it('is forgotten where it is old, and no MTU is set by it', () => {
    const { cause, hostAtFault, plan } = result(remembered);
    expect({ cause, hostAtFault }).toEqual({ cause: 'cached-mtu', hostAtFault: 'gpu-1' });
    expect(plan).toEqual([
      expect.stringContaining('asks: hub-1'),
      'gpu-1: route flush cache 198.51.100.10',
      'hub-1: route flush cache 203.0.113.2',
    ]);
  });

  it.each([
    [59, 'path-mtu-lowered'],
    [60, 'cached-mtu'],
    [61, 'cached-mtu'],
  ])('learned %s seconds ago is %s: a young one is what the path says now', (seconds, cause) => {
    expect(learned(seconds).cause).toBe(cause);
  });

  it('is no fault where everything passes', () => {
    expect(result(passing(remembered, () => true))).toMatchObject({ plan: [] });
  });

  it('explains nothing where the search found another size', () => {
    expect(result(withWays((way) => ({ ...way, cachedMtuBytes: way.cachedMtuBytes && 1400 }))).cause).toBe(
      'path-mtu-lowered',
    );
  });
});
