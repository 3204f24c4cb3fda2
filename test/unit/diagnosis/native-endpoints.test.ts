import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence, WireGuardPeer } from '../../../core/evidence/node-evidence.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { answered, evidenceOf, withHost, withProbes, withReadings } from '../../fixtures/changed-evidence.ts';

function result(evidence: Evidence) {
  const examination = examine(evidence);
  const { cause, hostAtFault } = examination.diagnosis;
  return { cause, hostAtFault, plan: planLines(planRepair(examination)) };
}

const peers = (change: (peer: WireGuardPeer) => WireGuardPeer) => (host: NodeEvidence) => ({
  ...host,
  flannelWireGuard: host.flannelWireGuard && {
    ...host.flannelWireGuard,
    peers: host.flannelWireGuard.peers.map(change),
  },
});

describe('flannel’s WireGuard with an endpoint at another port than the peer listens on', () => {
  const differing = evidenceOf('native-ports-differ');

  it('is told by the host whose every pair suffers, and nothing is set', () => {
    expect(result(differing)).toEqual({ cause: 'endpoint-unroutable', hostAtFault: 'gpu-1', plan: [] });
  });

  it('is healthy where packets pass: a NAT gives another port', () => {
    const passes = withProbes(differing, (_, probe) => answered(probe));
    expect(result(passes)).toEqual({ cause: 'all-paths-pass', hostAtFault: null, plan: [] });
  });

  it.each([
    ['was learned from a packet', peers((peer) => ({ ...peer, latestHandshakeAt: 1_795_293_000 }))],
    ['is an address that is translated', peers((peer) => ({ ...peer, endpoint: '198.51.100.77:51999' }))],
  ])('is not told where the endpoint %s', (_, change) => {
    expect(result(withHost(differing, 'gpu-1', change)).cause).not.toBe('endpoint-unroutable');
  });

  it('is blamed on nobody where one pair alone was measured', () => {
    const one = withProbes(differing, (from, probe) =>
      ['gpu-1', 'hub-1'].includes(from) && /-(gpu-1|hub-1)$/.test(probe.name) ? probe : undefined,
    );
    expect(result(one)).toEqual({ cause: 'endpoint-unroutable', hostAtFault: null, plan: [] });
  });
});

describe('flannel’s WireGuard on the hub, whose endpoint of the node is the old one again', () => {
  const reset = evidenceOf('native-endpoint-put-back');

  it('is not set once more', () => {
    expect(result(reset)).toEqual({ cause: 'endpoint-reset-by-somebody', hostAtFault: 'hub-1', plan: [] });
  });

  it('is not told where the second look passes: the node’s packets healed it', () => {
    const healed = withReadings(reset, (reading) => ({
      ...reading,
      runs: reading.runs.map((run, index) => (index === 0 ? run : { ...run, probes: run.probes.map(answered) })),
    }));
    expect(result(healed).cause).not.toBe('endpoint-reset-by-somebody');
  });

  it('is not told where others reach the node at the same address: a firewall of the node looks alike', () => {
    const sameAddress = withReadings(reset, (reading) => {
      const change = peers((peer) =>
        peer.endpoint?.startsWith('10.200.0.91') ? { ...peer, endpoint: '10.200.0.11:51821' } : peer,
      );
      if (reading.passive.status !== 'read') return reading;
      const runs = reading.runs.map((run) => ({
        ...run,
        flannelWireGuard:
          run.flannelWireGuard == null
            ? null
            : (change({ ...measuredOf(reset), flannelWireGuard: run.flannelWireGuard }).flannelWireGuard ?? null),
      }));
      return { ...reading, passive: { status: 'read', evidence: change(reading.passive.evidence) }, runs };
    });
    expect(result(sameAddress).cause).not.toBe('endpoint-reset-by-somebody');
  });
});

function measuredOf({ readings }: Evidence): NodeEvidence {
  const passive = readings[0]?.passive;
  if (passive?.status !== 'read') throw new Error('the node was not read');
  return passive.evidence;
}
