import { describe, expect, it } from 'vitest';
import { type Examination, examine } from '../../../core/diagnosis/diagnose.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { planHubEndpoint, planNat, planTunnelUp } from '../../../core/repair/plan-tunnel.ts';
import { evidenceOf, withHost } from '../../fixtures/changed-evidence.ts';
import { readOnce, withoutTunnel, withTunnel } from './changed-tunnel.ts';

const opsOf = (hosts: ReturnType<typeof planNat>) => hosts.flatMap(({ operations }) => operations);

describe('a mapping of a NAT that was forgotten', () => {
  const { facts, diagnosis } = examine(evidenceOf('nat-mapping-expired'));

  it.each([
    [0, true],
    [25, false],
    [26, true],
    [15, false],
  ])('with a keepalive of %i s is kept open anew: %s', (keepaliveSeconds, set) => {
    const operations = opsOf(planNat(withTunnel(facts, { keepaliveSeconds }), diagnosis));
    expect(operations).toEqual(set ? [expect.objectContaining({ op: 'wg keepalive', dev: 'wg0', seconds: 25 })] : []);
  });

  it('is planned at nobody where the hub’s entry is not known, or only the beginning of its key', () => {
    expect(planNat(withTunnel(facts, { publicKey: 'abcdefghij' }), diagnosis)).toEqual([]);
    expect(planNat(withoutTunnel(facts), diagnosis)).toEqual([]);
  });

  it('is planned by the only reading, where there is one', () => {
    expect(opsOf(planNat(readOnce(withTunnel(facts, { keepaliveSeconds: 0 })), diagnosis))).toHaveLength(1);
  });

  it('is planned at the node alone: nothing on another host mends it', () => {
    const examination = examine(evidenceOf('nat-mapping-expired'));
    const at = (hostAtFault: string | null): Examination => ({
      ...examination,
      diagnosis: { ...examination.diagnosis, hostAtFault },
    });
    expect(planRepair(at('gpu-1')).hosts.map(({ host }) => host)).toEqual(['gpu-1']);
    expect(planRepair(at('hub-1')).hosts).toEqual([]);
    expect(planRepair(at(null)).hosts).toEqual([]);
  });
});

describe('a NAT that drops what comes in', () => {
  const { facts, diagnosis } = examine(evidenceOf('nat-flow-stuck'));

  it.each([
    [51_820, 51_822],
    [65_533, 65_535],
    [65_534, 55_534],
    [65_535, 55_535],
  ])('gets another port in the place of %i: %i', (listenPort, port) => {
    const operations = opsOf(planNat(withTunnel(facts, { keepaliveSeconds: 25 }, listenPort), diagnosis));
    expect(operations).toEqual([{ op: 'wg listen-port', dev: 'wg0', port }]);
  });

  it('gets it by the only reading, where there is one', () => {
    const once = readOnce(withTunnel(facts, { keepaliveSeconds: 25 }, 51_820));
    expect(opsOf(planNat(once, diagnosis))).toMatchObject([{ port: 51_822 }]);
  });

  it('gets none where its port is not known, or the cause is another', () => {
    const known = withTunnel(facts, { keepaliveSeconds: 25 }, null);
    expect(opsOf(planNat(known, diagnosis))).toEqual([]);
    const other = withTunnel(facts, { keepaliveSeconds: 25 });
    expect(opsOf(planNat(other, { ...diagnosis, cause: 'nat-mapping-expired' }))).toEqual([]);
  });
});

describe('the endpoint of the hub', () => {
  const { facts, found } = examine(evidenceOf('hub-endpoint-stale'));

  it('is set at the entry of the hub', () => {
    expect(planHubEndpoint(facts, found)).toMatchObject([
      { host: 'gpu-1', operations: [{ op: 'wg endpoint', dev: 'wg0', endpoint: '198.51.100.10:51820' }] },
    ]);
  });

  it('is set by the only reading, where there is one', () => {
    expect(planHubEndpoint(readOnce(facts), found)).toHaveLength(1);
  });

  it('is not set where it, the entry or its whole key is not known', () => {
    const { forRepair: _, ...unknown } = found;
    expect(planHubEndpoint(facts, unknown)).toEqual([]);
    expect(planHubEndpoint(withTunnel(facts, { publicKey: 'abcdefghij' }), found)).toEqual([]);
    expect(planHubEndpoint(withoutTunnel(facts), found)).toEqual([]);
  });
});

describe('a tunnel device that was set down', () => {
  const down = (...hosts: string[]) => {
    const evidence = hosts.reduce(
      (all, name) =>
        withHost(all, name, (host) => ({
          ...host,
          links: host.links.map((link) => (link.name === 'wg0' ? { ...link, up: false } : link)),
        })),
      evidenceOf('fdb-flushed'),
    );
    return planTunnelUp(examine(evidence).facts).map(({ host }) => host);
  };

  it.each([[[]], [['gpu-1']], [['hub-1']], [['gpu-1', 'hub-1']]])('is set up on %j alone', (hosts) => {
    expect(down(...hosts)).toEqual(hosts);
  });

  it('is set up on no host that was not read', () => {
    const { facts } = examine(evidenceOf('wireguard-down'));
    expect(planTunnelUp({ ...facts, hub: undefined }).map(({ host }) => host)).toEqual(['gpu-1']);
    expect(
      planTunnelUp({ ...facts, node: undefined, hub: facts.hub && { ...facts.hub, measured: undefined } }),
    ).toEqual([]);
  });
});

describe('forwarding that is off', () => {
  const off = (evidence: ReturnType<typeof evidenceOf>, host: string, value: number) =>
    withHost(evidence, host, (measured) => ({
      ...measured,
      sysctls: { ...measured.sysctls, 'net.ipv4.ip_forward': value },
    }));
  const lines = (evidence: ReturnType<typeof evidenceOf>) =>
    planLines(planRepair(examine(evidence))).filter((line) => line.includes('sysctl'));

  it('is set on the host where it is off', () => {
    const evidence = evidenceOf('ip-forward-off');
    expect(lines(evidence)).toEqual(['gpu-1: sysctl net.ipv4.ip_forward 1']);
    expect(lines(off(evidence, 'hub-1', 0))).toEqual(
      expect.arrayContaining(['gpu-1: sysctl net.ipv4.ip_forward 1', 'hub-1: sysctl net.ipv4.ip_forward 1']),
    );
  });
});
