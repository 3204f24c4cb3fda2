import { describe, expect, it } from 'vitest';
import { findFault } from '../../../lab/faults/catalogue.ts';
import { lostReplies } from '../../../lab/probe-loss.ts';
import { drillReport, scoreDrills } from '../../../proof/drills/drill-report.ts';
import type { DrillRow } from '../../../proof/drills/drill-row.ts';
import { expectedOutcome } from '../../../proof/drills/expected-outcome.ts';

const reply = (at: number, sequence: number) =>
  `[${at.toFixed(6)}] 64 bytes from 10.42.11.2: icmp_seq=${sequence} ttl=60 time=1.0 ms`;

describe('lost packets between two moments', () => {
  const output = ['PING 10.42.11.2', reply(10, 1), reply(10.01, 2), reply(10.05, 6), reply(10.06, 7), ''].join('\n');

  it('are the gaps in the sequence of what came back', () => {
    expect(lostReplies(output, 10_000, 10_060)).toBe(3);
    expect(lostReplies(output, 10_050, 10_060)).toBe(0);
  });

  it('are not known when nothing came back', () => {
    expect(lostReplies(output, 20_000, 30_000)).toBeNull();
    expect(lostReplies('', 0, 30_000)).toBeNull();
  });
});

const row = (change: Partial<DrillRow>): DrillRow => ({
  fault: 'fdb-flushed',
  label: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' },
  expected: 'healed',
  outcome: 'repaired',
  asExpected: true,
  wrongActs: [],
  rungs: ['reconcile'],
  seconds: { toDiagnosis: 3, toRepair: 4, toEnd: 9 },
  lostHealthy: 0,
  lostSick: 20,
  lastWords: 'closed: repaired',
  ...change,
});

describe('the score of drills', () => {
  it('tells the healed from the gently healed, and what was not as expected', () => {
    const rows = [
      row({}),
      row({ rungs: ['reconcile', 'bounce'] }),
      row({ fault: 'path-mtu-1400', asExpected: false, outcome: 'handed-over' }),
      row({ fault: 'kubelet-stopped', expected: 'handed-over', outcome: 'handed-over', rungs: [] }),
    ];
    expect(scoreDrills(rows)).toMatchObject({ repairable: 3, healed: 2, gently: 1, unexpected: ['path-mtu-1400'] });
    expect(drillReport(rows)).toContain('| repairable faults healed | 2 of 3 |');
    expect(drillReport(rows)).toContain('**handed-over**');
  });

  it.each([
    ['reconcile', 1],
    ['cloud-route', 1],
    ['restart-agent', 1],
    ['bounce', 0],
    ['quarantine', 0],
  ])('takes %s for what the runbooks say it is', (rung, gently) => {
    expect(scoreDrills([row({ rungs: [rung] })]).gently).toBe(gently);
  });

  it('counts what reconcile cost healthy pods', () => {
    expect(scoreDrills([row({ lostHealthy: 2 }), row({ lostHealthy: null })]).lostByReconcile).toBe(2);
  });
});

describe('what a drill expects', () => {
  it.each([
    ['fdb-flushed', 'healed'],
    ['path-mtu-1400', 'healed'],
    ['hub-wireguard-down', 'healed'],
    ['hub-wireguard-stopped', 'handed-over'],
    ['cloud-route-missing', 'healed'],
    ['duplicate-key', 'handed-over'],
    ['neighbours-stale', 'left-alone'],
    ['native-device-missing', 'healed'],
    ['native-peer-key-stale', 'healed'],
    ['native-daemon-hung', 'handed-over'],
    ['native-port-filtered', 'handed-over'],
    ['native-mtu-above-tunnel', 'left-alone'],
  ])('of %s is %s', (name, expected) => {
    const fault = findFault(name);
    expect(fault && expectedOutcome(fault)).toBe(expected);
  });
});
