import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import type { Fault } from '../../../lab/fault.ts';
import { findFault } from '../../../lab/faults/catalogue.ts';
import { faultPairs } from '../../../lab/faults/pairs/fault-pairs.ts';
import { wrongActs } from '../../../proof/wrong-acts.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

function known(name: string): Fault {
  const fault = findFault(name) ?? faultPairs.find((pair) => pair.name === name);
  if (fault === undefined) throw new Error(name);
  return fault;
}

const acts = (stage: string, ...lines: readonly string[]) => [{ stage, lines }];

describe('an act is wrong', () => {
  it.each([
    ['on a host that the fault never touched', 'fdb-flushed', 'reconcile', 'hub-1: link up flannel.1'],
    [
      'on the entry of a peer that the fault left alone',
      'fdb-one-peer-missing',
      'reconcile',
      'gpu-1: fdb replace 0a:58:0a:2a:00:00 dst 10.0.1.10 dev flannel.1',
    ],
    ['that takes an innocent node out of service', 'hub-fdb-missing', 'quarantine', 'gpu-1: cordon, and taint it'],
  ])('%s', (_what, fault, stage, line) => {
    expect(wrongActs(known(fault), acts(stage, line))).toEqual([line]);
  });
});

describe('an act is right', () => {
  it.each([
    [
      'on what the fault broke',
      'fdb-one-peer-missing',
      'reconcile',
      'gpu-1: fdb replace 0a:58:0a:2a:0c:00 dst 10.200.0.12 dev flannel.1',
    ],
    [
      'on any entry of a device that was broken',
      'vxlan-down',
      'reconcile',
      'gpu-1: neigh replace 10.42.0.0 lladdr 0a:58:0a:2a:00:00 dev flannel.1',
    ],
    [
      'at both ends of a line that became too narrow',
      'path-mtu-1400',
      'reconcile',
      'hub-1: route set 10.200.0.11/32 dev wg0 mtu 1328',
    ],
    [
      'for either of two faults',
      'peer-fdb-stale-with-fdb-one-peer-missing',
      'reconcile',
      'hub-1: fdb replace 0a:58:0a:2a:0b:00 dst 10.200.0.11 dev flannel.1',
    ],
    [
      'that is a reason to ask',
      'hub-fdb-missing',
      'reconcile',
      'asks: hub-1: every node behind this hub depends on it',
    ],
  ])('%s', (_what, fault, stage, line) => {
    expect(wrongActs(known(fault), acts(stage, line))).toEqual([]);
  });
});

describe.each(evidenceFixtures().map(({ fault, evidence }) => [fault.name, fault, evidence] as const))(
  'the first repair of %s',
  (_name, fault, evidence) => {
    it('touches nothing that the fault did not', () => {
      const examination = examine(evidence);
      const lines = runbookFor(examination.diagnosis.class) === undefined ? [] : planLines(planRepair(examination));
      expect(wrongActs(fault, acts('reconcile', ...lines))).toEqual([]);
    });
  },
);
