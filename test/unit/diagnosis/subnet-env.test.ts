import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../core/diagnosis/diagnosis.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { evidenceWith, healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

/** The pod CIDR of gpu-1 is 10.42.11.0/24. */
function diagnoseWith(subnet: string): Diagnosis {
  return diagnose(
    evidenceWith('gpu-1', (host) => ({ ...host, subnetEnv: { network: '10.42.0.0/16', subnet, mtuBytes: 1370 } })),
  );
}

describe('the subnet in subnet.env', () => {
  it.each([
    ['the gateway with the prefix of the network, as flanneld writes it', '10.42.11.1/24'],
    ['the network itself', '10.42.11.0/24'],
    ['an address without a prefix', '10.42.11.1'],
    ['a smaller network inside the pod CIDR', '10.42.11.129/25'],
    ['a larger network around the pod CIDR', '10.42.11.1/16'],
    ['the other address family', 'fd42:0:0:11::1/64'],
    ['nothing', ''],
    ['text that is no network', 'unknown'],
  ])('may be %s', (_, subnet) => {
    expect(diagnoseWith(subnet).class).toBe('healthy');
  });

  it.each(['10.42.12.1/24', '10.42.31.1/24', '10.43.11.1/24', '10.42.12.1'])('is stale as %s', (subnet) => {
    expect(diagnoseWith(subnet)).toMatchObject({
      class: 'node-agent',
      cause: 'subnet-env-stale',
      hostAtFault: 'gpu-1',
    });
  });

  it('is compared with the IPv4 network of a node that has two', () => {
    const evidence = dualStack(evidenceWith('gpu-1', (host) => host));
    expect(diagnose(evidence).class).toBe('healthy');
  });

  it('says nothing about a node whose pod CIDR is not known', () => {
    const evidence = healthyEvidence();
    const nodes = evidence.nodes.map((node) => ({ ...node, spec: { providerID: node.spec.providerID } }));
    expect(diagnose({ ...evidence, nodes }).cause).not.toBe('subnet-env-stale');
  });

  it('is stale in no stored evidence but that of faults which make it so', () => {
    const stale = evidenceFixtures().filter(({ evidence }) => diagnose(evidence).cause === 'subnet-env-stale');
    expect(stale.map(({ fault }) => fault.name)).toEqual(['subnet-env-old', 'subnet-env-stale']);
  });
});

/** Every node gets an IPv6 network before its IPv4 one. */
function dualStack(evidence: Evidence): Evidence {
  const nodes = evidence.nodes.map((node, index) => {
    const ipv4 = node.spec.podCIDR ?? '';
    return { ...node, spec: { ...node.spec, podCIDRs: [`fd42:0:0:${index}::/64`, ipv4] } };
  });
  return { ...evidence, nodes };
}
