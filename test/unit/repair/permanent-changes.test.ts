import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../core/grammar/operation.ts';
import { permanentChanges, permanentLines } from '../../../core/repair/permanent-changes.ts';
import type { Plan } from '../../../core/repair/plan.ts';
import { oneOfEach } from '../../fakes/one-of-each-operation.ts';

const planOf = (operations: readonly Operation[], parts: Partial<Plan> = {}): Plan => ({
  device: 'flannel.1',
  hosts: [{ host: 'gpu-1', operations }],
  beyond: [],
  ...parts,
});
const lines = (operations: readonly Operation[], parts: Partial<Plan> = {}) =>
  permanentLines(permanentChanges(planOf(operations, parts)));

describe('what has to be written down so that a repair lasts', () => {
  it('is the configuration of what wg-quick, sysctl and udev set up, and nothing that flanneld makes itself', () => {
    const inConfig = 'gpu-1: /etc/wireguard/wg0.conf';
    const ofHub = '  [Peer] hub1public=';
    expect(lines(oneOfEach)).toEqual([
      'gpu-1: /etc/sysctl.d/99-restitch.conf',
      '  +net.ipv4.ip_forward = 1',
      ...[inConfig, '  [Interface]', '  +MTU = 1300'],
      'gpu-1: /etc/udev/rules.d/90-flannel.rules',
      '  +SUBSYSTEM=="net", ACTION=="add|change|move", ENV{INTERFACE}=="flannel.1", RUN+="/usr/sbin/ethtool -K flannel.1 tx-checksum-ip-generic off"',
      ...[inConfig, '  [Interface]', '  +ListenPort = 51821'],
      ...[inConfig, ofHub, '  +PersistentKeepalive = 15'],
      ...[inConfig, ofHub, '  +Endpoint = 198.51.100.9:51820'],
      ...[inConfig, ofHub, '  +AllowedIPs = 10.200.0.0/24, 10.9.0.0/16'],
      ...[inConfig, '  [Interface]', '  +PostUp = ip route replace 10.0.0.0/16 dev %i mtu 1300'],
    ]);
  });

  it('is nothing for a device of flannel’s own, whatever is set there', () => {
    expect(lines([{ op: 'link mtu', dev: 'wg0', mtuBytes: 1300 }], { device: 'wg0' })).toEqual([]);
  });

  it('is the MTU of a route, where it gets one', () => {
    const replaced = { op: 'route replace', cidr: '10.42.12.0/24', via: '10.200.0.12', dev: 'wg0' } as const;
    expect(lines([replaced, { op: 'route set', cidr: '10.0.0.0/16', dev: 'wg0', mtuBytes: null }])).toEqual([]);
    expect(lines([{ ...replaced, mtuBytes: 1300 }]).at(-1)).toBe(
      '  +PostUp = ip route replace 10.42.12.0/24 via 10.200.0.12 dev %i onlink mtu 1300',
    );
  });

  it('is also what declares the routes of a table, and what the plan names', () => {
    const table = { table: 'rtb-1', destination: '10.200.0.0/24', target: 'i-1', hub: 'hub-1', now: null };
    const more = { host: 'hub-1', file: 'net-conf.json', section: '"Backend"', lines: ['"MTU": 1300'] };
    expect(lines([], { hosts: [], routeTables: [table], alsoKeep: [more] })).toEqual([
      'rtb-1: what declares its routes (Terraform, CloudFormation, CDK)',
      '  +route 10.200.0.0/24 → i-1 (hub-1)',
      'hub-1: net-conf.json',
      '  "Backend"',
      '  +"MTU": 1300',
    ]);
  });
});
