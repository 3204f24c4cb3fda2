import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';

type Row = NodeEvidence['routes'][number];

/** gpu-1 cannot reach gpu-2 through the overlay, and has this route besides. */
const lostTo = (from: string, name: string) =>
  name.startsWith('underlay') || !(name.endsWith('gpu-2') || (from === 'gpu-2' && name.endsWith('gpu-1')));
const withRow = (row: Row, exact = false) =>
  examine(
    evidenceWith(
      'gpu-1',
      (host) => ({
        ...host,
        addresses: [...host.addresses, ['eth0', '10.42.12.200/27']],
        routes: [...host.routes.filter(([destination]) => !exact || destination !== row[0]), row],
      }),
      lostTo,
    ),
  );

const networks: readonly (readonly [string, Row])[] = [
  ['a connected LAN', ['10.42.12.192/27', null, 'eth0', false, 0, 'kernel', 'link', '10.42.12.200', 0]],
  ['docker’s bridge', ['10.42.12.0/25', null, 'docker0', false, 0, 'kernel', 'link', '10.42.12.1', 0]],
  ['a bridge, as an older reading tells it', ['10.42.12.0/25', null, 'docker0', false, 0]],
  ['a route that DHCP gave', ['10.42.12.64/26', '192.168.1.9', 'eth0', false, 0, 'dhcp', null, null, 100]],
  ['a route that a routing daemon learned', ['10.42.12.64/26', '192.168.1.9', 'eth0', false, 0, 'bgp', null, null, 20]],
  [
    'a static route that carries an address of the host',
    ['10.42.12.192/26', '192.168.1.9', 'eth0', false, 0, 'static'],
  ],
];

describe.each(networks)('somebody else’s network inside a pod CIDR: %s', (_what, row) => {
  it('is named, and its route stays', () => {
    const examination = withRow(row);
    expect(examination.diagnosis).toMatchObject({ cause: 'pod-cidr-overlap', hostAtFault: 'gpu-1' });
    expect(planLines(planRepair(examination))).toEqual([]);
  });

  it('is not replaced where it is exactly the pod CIDR', () => {
    const [, ...rest] = row;
    const examination = withRow(['10.42.12.0/24', ...rest], true);
    expect(planLines(planRepair(examination))).toEqual([]);
  });
});

describe('a leftover inside a pod CIDR', () => {
  it.each<[string, Row, string]>([
    ['of wg-quick', ['10.42.12.0/25', null, 'wg0', false, 0, 'boot', 'link'], 'route del 10.42.12.0/25 dev wg0'],
    [
      'of an administrator',
      ['10.42.12.64/26', '192.168.1.9', 'eth0', false, 0, 'static'],
      'route del 10.42.12.64/26 dev eth0',
    ],
  ])('%s is taken away', (_what, row, line) => {
    expect(planLines(planRepair(withRow(row)))).toEqual([`gpu-1: ${line}`]);
  });
});
