import { describe, expect, it } from 'vitest';
import type { CauseName } from '../../../core/diagnosis/causes.ts';
import { type Examination, examine } from '../../../core/diagnosis/diagnose.ts';
import { type ForRepair, nothingFits } from '../../../core/diagnosis/diagnosis.ts';
import type { Facts } from '../../../core/diagnosis/facts.ts';
import type { TunnelSize } from '../../../core/diagnosis/tunnel-size.ts';
import { byHand, handover } from '../../../core/repair/handover.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { readOnce } from './changed-tunnel.ts';

const healthy = examine(healthyEvidence());
const size: TunnelSize = { carriedBytes: 1340, tooLarge: [], deviceTooLarge: false, host: 'gpu-1', because: [] };

function examined(
  cause: CauseName,
  {
    hostAtFault = null,
    forRepair = {},
    facts = {},
  }: { hostAtFault?: string | null; forRepair?: ForRepair; facts?: Partial<Facts> } = {},
): Examination {
  return {
    ...healthy,
    facts: { ...healthy.facts, ...facts },
    found: { ...nothingFits([]), cause, forRepair },
    diagnosis: { ...healthy.diagnosis, cause, hostAtFault },
  };
}
const told = (...given: Parameters<typeof examined>) => handover(examined(...given)).join('\n');
const without = (fact: 'self' | 'tunnel') => ({ [fact]: undefined }) as Partial<Facts>;
const onDevice = (flannelDevice: string | null) => ({ evidence: { ...healthyEvidence(), flannelDevice } });

describe('what only a person can change', () => {
  it('is nothing where nothing is wrong', () => {
    expect(handover(healthy)).toEqual([]);
    expect(byHand(healthy)).toBe('');
  });

  it('is said of the host at fault, else of the node', () => {
    expect(told('interface-missing', { hostAtFault: 'hub-1' })).toMatch(/^hub-1: wg0 is gone/);
    expect(told('interface-missing')).toMatch(/^gpu-1: wg0 is gone/);
  });

  it('ends a sentence', () => {
    expect(byHand(examined('kubelet-down'))).toBe('; by hand: gpu-1: the kubelet is down or hangs; restart it');
  });

  it('names flannel’s device, or the routes of an overlay without one', () => {
    expect(told('fdb-wrong', { facts: onDevice('flannel.7') })).toContain('programs flannel.7 for every peer');
    expect(told('fdb-wrong', { facts: onDevice(null) })).toContain('programs its routes for every peer');
  });

  it('names the node’s key and address, as far as they are known', () => {
    const [known, unknown] = [
      told('key-unknown'),
      told('key-unknown', { facts: { ...without('self'), ...without('tunnel') } }),
    ];
    expect(known).toContain('wg set wg0 peer gpu1public= allowed-ips 10.200.0.11/32');
    expect(unknown).toContain('wg set wg0 peer its public key allowed-ips the node/32');
  });

  it('names the key by the only reading of the tunnel, where there is one', () => {
    const { tunnel } = healthy.facts;
    expect(told('key-unknown', { facts: readOnce(healthy.facts) })).toContain('peer gpu1public= ');
    expect(told('key-unknown', { facts: { tunnel: tunnel && { ...tunnel, atNode: [] } } })).toContain(
      'peer its public key ',
    );
  });

  it.each([
    ['ipv4', 'net.ipv4.ip_forward'],
    ['ipv6', 'net.ipv6.conf.all.forwarding'],
  ] as const)('names the switch of %s', (family, key) => {
    expect(told('ip-forward-off', { facts: { family } })).toContain(`sysctl -w ${key}=1`);
  });

  it('holds the change in the cloud', () => {
    expect(told('cloud-path-blocked')).toMatch(/^the route table of the cloud: aws ec2 create-route/);
  });

  it.each<[string, ForRepair, string]>([
    ['a tunnel', { tunnelSize: size }, 'lower the MTU of wg0 to 1340'],
    [
      'flannel’s device, where one address family alone is lost',
      { tunnelSize: { ...size, familyAlone: true } },
      'lower the MTU of flannel.1 to 1290',
    ],
    [
      'flannel’s device, which is too large',
      { oversized: { host: 'gpu-1', fittingBytes: 1360, because: [] } },
      'lower the MTU of flannel.1 to 1360',
    ],
    ['a tunnel that nobody measured', {}, '(restitch mtu --probed N) and lower the MTU of wg0 to it'],
  ])('has the device and the size: %s', (_, forRepair, words) => {
    expect(told('path-mtu-lowered', { forRepair })).toContain(words);
  });

  it('has the tunnel’s device, where flannel has none', () => {
    const forRepair = { oversized: { host: 'gpu-1', fittingBytes: 1360, because: [] } };
    expect(told('path-mtu-lowered', { forRepair, facts: onDevice(null) })).toContain('the MTU of wg0 to 1360');
  });
});
