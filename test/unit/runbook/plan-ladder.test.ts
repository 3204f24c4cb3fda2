import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { parseEvidence } from '../../../core/evidence/parse-evidence.ts';
import { ladder } from '../../../core/ladder.ts';
import type { Runbook } from '../../../core/runbook/runbook.ts';
import { type Seen, understand } from '../../../functions/runbook/look/seen.ts';
import { planLadder } from '../../../functions/runbook/rungs/plan-ladder.ts';
import { rungs } from '../../../functions/runbook/rungs/rungs.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

function seenIn(fault: string): Seen {
  const fixture = evidenceFixtures().find((each) => each.fault.name === fault);
  if (fixture === undefined) throw new Error(`no evidence of ${fault}`);
  return understand(fixture.evidence);
}

function runbookOf({ diagnosis }: Seen): Runbook {
  const runbook = runbookFor(diagnosis.class);
  if (runbook === undefined) throw new Error(`no runbook of ${diagnosis.class}`);
  return runbook;
}

describe('the registry of rungs', () => {
  it.each(ladder)('holds %s under its own name', (name) => {
    expect(rungs[name].name).toBe(name);
  });
});

describe('the ladder for what was seen', () => {
  it.each<[string, readonly string[]]>([
    ['fdb-flushed', ['reconcile', 'restart-agent', 'bounce', 'quarantine']],
    ['native-device-missing', ['restart-agent', 'quarantine']],
    // The node only suffers by it: to bounce its link would not help.
    ['hub-vxlan-recreated-empty', ['reconcile', 'restart-agent', 'quarantine']],
    ['peer-spoke-fdb-stale', ['reconcile', 'restart-agent', 'quarantine']],
    ['subnet-env-missing', ['restart-agent']],
    ['vxlan-filtered-on-node', ['quarantine']],
  ])('of %s has these stages that can be carried out', (fault, expected) => {
    const seen = seenIn(fault);
    const planned = planLadder(runbookOf(seen), seen, []);
    expect(planned.filter(({ unfit }) => unfit === undefined).map(({ stage }) => stage.name)).toEqual(expected);
  });

  it('says why a stage cannot be carried out', () => {
    const seen = seenIn('native-device-missing');
    const [reconcile] = planLadder(runbookOf(seen), seen, []);
    expect(reconcile).toMatchObject({ unfit: expect.stringContaining('flannel-wg does not exist'), lines: [] });
  });

  it('goes on behind what was tried', () => {
    const seen = seenIn('fdb-flushed');
    const { class: faultClass, cause } = seen.diagnosis;
    const tried = [{ class: faultClass, cause, stage: 'reconcile' }];
    expect(planLadder(runbookOf(seen), seen, tried)[0]?.stage.name).toBe('restart-agent');
  });

  it('does not depend on the object identity of the evidence, so that an approval outlives a replay', () => {
    const seen = seenIn('fdb-flushed');
    const again = parseEvidence(JSON.stringify(seen.evidence));
    if (again.type === 'invalid') throw new Error(again.why);
    const linesOf = (each: Seen) => planLadder(runbookOf(each), each, []).map(({ lines }) => lines);
    expect(linesOf(understand(again.evidence))).toEqual(linesOf(seen));
  });
});

describe('a restart of the agent', () => {
  const asksFor = (change: (evidence: Evidence) => Evidence): readonly string[] => {
    const seen = understand(change(seenIn('fdb-flushed').evidence));
    const planned = planLadder(runbookOf(seen), seen, []);
    return planned.find(({ stage }) => stage.name === 'restart-agent')?.plan?.asks ?? [];
  };
  const labelled = (label: string) => (evidence: Evidence) => ({
    ...evidence,
    nodes: evidence.nodes.map((node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, [label]: 'true' } },
    })),
  });

  it('asks first on a server of the control plane', () => {
    expect(asksFor(labelled('node-role.kubernetes.io/control-plane'))).toHaveLength(1);
  });

  it('does not ask on a worker', () => {
    expect(asksFor(labelled('node-role.kubernetes.io/worker'))).toEqual([]);
  });
});

describe('what a person approves', () => {
  const seen = seenIn('fdb-flushed');
  const planned = planLadder(runbookOf(seen), seen, []);
  const linesOf = (name: string) => planned.find(({ stage }) => stage.name === name)?.lines ?? [];

  it('of a bounce is the link and every entry that is written again', () => {
    expect(linesOf('bounce')[0]).toBe('gpu-1: link flannel.1 down, then up');
    expect(linesOf('bounce').slice(1)).toContainEqual(expect.stringMatching(/^gpu-1: fdb replace /));
  });

  it('of a restart is the host, and of a quarantine the marks on the node', () => {
    expect(linesOf('restart-agent')).toEqual(['gpu-1: restart what programs the overlay there (flanneld, k3s, RKE2)']);
    expect(linesOf('quarantine')).toEqual(['gpu-1: cordon, and taint restitch.dev/network=quarantined:NoSchedule']);
  });
});
