import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import { networkHealth } from '../../../core/diagnosis/network-health.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { stagesLeft } from '../../../core/runbook/stages-left.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { type TcpPasses, tcpEvidence } from '../../fakes/tcp-evidence.ts';

const inwardLost: TcpPasses = (kind, _from, to) => kind === 'tcp' || to !== 'gpu-1';
const onlyPodTcp = (isLost: (from: string, to: string) => boolean): TcpPasses => {
  return (kind, from, to) => kind === 'tcp' || !isLost(from, to);
};
const beyondTheHub = (from: string, to: string) => from !== 'hub-1' && to !== 'hub-1';

const withoutReadings = (evidence: Evidence, ...hosts: readonly string[]): Evidence => ({
  ...evidence,
  readings: evidence.readings.filter(({ host }) => !hosts.includes(host)),
});

const saysOfTcp = (evidence: Evidence) => diagnose(evidence).because.filter((line) => line.includes('TCP to a pod'));

describe('when pods answer echoes and no TCP', () => {
  it('from every other host, the node is at fault, and no quarantine follows', () => {
    const evidence = tcpEvidence(inwardLost);
    const diagnosis = diagnose(evidence);
    expect(diagnosis).toMatchObject({
      class: 'overlay-blocked',
      cause: 'only-icmp-passes',
      hostAtFault: 'gpu-1',
      confidence: 0.75,
    });
    const runbook = runbookFor('overlay-blocked');
    const stages = runbook === undefined ? [] : stagesLeft(runbook, diagnosis, []);
    expect(stages).not.toEqual([]);
    expect(stages.filter(({ minConfidence }) => minConfidence <= diagnosis.confidence)).toEqual([]);
    expect(networkHealth(deriveFacts(evidence)).healthy).toBe(false);
  });

  it('in both directions, the node is at fault', () => {
    const evidence = tcpEvidence(onlyPodTcp(() => true));
    expect(diagnose(evidence)).toMatchObject({ cause: 'only-icmp-passes', hostAtFault: 'gpu-1' });
  });

  it('beyond the hub only, the hub is at fault', () => {
    const evidence = tcpEvidence(onlyPodTcp(beyondTheHub));
    expect(diagnose(evidence)).toMatchObject({ cause: 'only-icmp-passes', hostAtFault: 'hub-1', confidence: 0.75 });
  });

  it('and beyond the hub nothing of the overlay passes but echoes of the tunnel do, the hub is at fault', () => {
    const echoes = (from: string, name: string) =>
      name.startsWith('underlay') || from === 'hub-1' || name.endsWith('hub-1');
    const evidence = tcpEvidence((_kind, from, to) => !beyondTheHub(from, to), { echoes });
    expect(diagnose(evidence)).toMatchObject({ cause: 'only-icmp-passes', hostAtFault: 'hub-1' });
  });

  it('on the only pair that was measured, nobody is blamed', () => {
    const both = withoutReadings(tcpEvidence(onlyPodTcp(() => true)), 'gpu-2', 'cloud-1');
    const { cause, hostAtFault } = diagnose(both);
    expect({ cause, hostAtFault }).toEqual({ cause: 'only-icmp-passes', hostAtFault: null });
  });

  it('says that one pod only was asked, and is less sure', () => {
    const diagnosis = diagnose(tcpEvidence(inwardLost, { pod: '10.42.11.2' }));
    expect(diagnosis).toMatchObject({ cause: 'only-icmp-passes', hostAtFault: 'gpu-1' });
    expect(diagnosis.confidence).toBeLessThan(0.6);
    expect(diagnosis.despite.join()).toContain('NetworkPolicy');
  });
});

describe('a NetworkPolicy that refuses TCP to a pod', () => {
  it.each([
    ['of the node, which one of three senders tried', (from: string, to: string) => from === 'gpu-2' && to === 'gpu-1'],
    ['of the node, which two of three senders tried', (from: string, to: string) => from !== 'gpu-2' && to === 'gpu-1'],
    ['of another host', (_from: string, to: string) => to === 'gpu-2'],
    ['of the hub', (_from: string, to: string) => to === 'hub-1'],
    ['of two other hosts', (_from: string, to: string) => to === 'gpu-2' || to === 'cloud-1'],
    ['of every other host', (_from: string, to: string) => to !== 'gpu-1'],
  ])('%s makes nobody ill, and is told', (_name, isLost) => {
    const evidence = tcpEvidence(onlyPodTcp(isLost));
    expect(diagnose(evidence)).toMatchObject({ class: 'healthy', confidence: 0.97 });
    expect(saysOfTcp(evidence).length).toBeGreaterThan(0);
  });

  it('of the node, with one other host read, makes nobody ill', () => {
    const evidence = withoutReadings(tcpEvidence(inwardLost), 'gpu-2', 'cloud-1');
    expect(diagnose(evidence).class).toBe('healthy');
  });

  it('does not count where the pod answers no echo: then forwarding is dropped', () => {
    const evidence = tcpEvidence(inwardLost, { echoes: (_from, name) => name !== 'workload-gpu-1' });
    expect(diagnose(evidence)).toMatchObject({ cause: 'forward-dropped', hostAtFault: 'gpu-1' });
  });
});

describe('when the kubelet’s port is kept from other nodes', () => {
  it.each([0, 3])('the fleet is healthy, also with %i old checksum errors', (errors) => {
    const evidence = tcpEvidence((kind) => kind === 'podtcp', { checksumErrors: { 'gpu-2': errors } });
    expect(diagnose(evidence).class).toBe('healthy');
  });
});

describe('when receivers count checksum errors while TCP is lost and echoes pass', () => {
  const nothing: TcpPasses = () => false;
  const withGpu2: TcpPasses = (_kind, from, to) => from !== 'gpu-2' && to !== 'gpu-2';

  it.each([
    ['the node, when the others count', nothing, { 'hub-1': 4, 'gpu-2': 2 }, 'gpu-1'],
    ['the other end, when the node counts and only it is lost', withGpu2, { 'gpu-1': 4 }, 'gpu-2'],
    ['not known, when the node counts and several are lost', nothing, { 'gpu-1': 4 }, null],
    ['not known, when both ends count', withGpu2, { 'gpu-1': 4, 'gpu-2': 2 }, null],
  ] as const)('the sender is %s', (_name, passes, checksumErrors, hostAtFault) => {
    const evidence = tcpEvidence(passes, { checksumErrors });
    const { cause, confidence, ...rest } = diagnose(evidence);
    expect({ cause, confidence, hostAtFault: rest.hostAtFault }).toEqual({
      cause: 'checksum-offload',
      confidence: 0.75,
      hostAtFault,
    });
    expect(networkHealth(deriveFacts(evidence)).healthy).toBe(false);
  });

  it('is no fault as long as TCP passes', () => {
    const evidence = tcpEvidence(() => true, { checksumErrors: { 'hub-1': 4, 'gpu-1': 9 } });
    expect(diagnose(evidence).class).toBe('healthy');
  });

  it('is not concluded from errors of a host whose TCP passes', () => {
    const evidence = tcpEvidence(inwardLost, { checksumErrors: { 'gpu-3': 9 } });
    expect(diagnose(evidence).cause).toBe('only-icmp-passes');
  });
});
