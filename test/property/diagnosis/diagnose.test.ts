import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { silentPaths } from '../../../core/evidence/paths.ts';
import { planReconcile } from '../../../core/repair/plan-entries.ts';
import { evidenceWith, healthyEvidence, healthyHost } from '../../fakes/healthy-evidence.ts';

/** Any subset of the rows of a table. */
const some = <T>(rows: readonly T[]) => fc.subarray([...rows]);

const damagedHost: fc.Arbitrary<Partial<NodeEvidence>> = fc.record(
  {
    neighbours: some(healthyHost('gpu-1').neighbours),
    fdb: some(healthyHost('gpu-1').fdb),
    routes: some(healthyHost('gpu-1').routes),
    links: some(healthyHost('gpu-1').links),
    unseen: some([
      { what: 'fdb', why: 'timeout' },
      { what: 'links', why: 'timeout' },
      { what: 'routes', why: 'timeout' },
    ]),
  },
  { requiredKeys: [] },
);

const reachable = { type: 'reachable' as const };
const unreachable = { type: 'unreachable' as const, reason: 'timeout' as const, detail: '' };

const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    host: fc.constantFrom('gpu-1', 'hub-1', 'gpu-2'),
    damage: damagedHost,
    lost: fc.array(fc.constantFrom('underlay', 'vtep', 'full', 'pod')),
    agent: fc.constantFrom('online' as const, 'offline' as const, 'unknown' as const),
    lease: fc.option(fc.double({ min: 0, max: 1_000, noNaN: true })),
    kubelet: fc.boolean(),
    missing: fc.subarray(['node', 'hub', 'peer', 'segment']),
  })
  .map(({ host, damage, lost, agent, lease, kubelet, missing }) => {
    const evidence = evidenceWith(
      host,
      (measured) => ({ ...measured, ...damage }),
      (_, name) => !lost.some((kind) => name.startsWith(kind)),
    );
    return {
      ...evidence,
      agent,
      kubernetes: { ...evidence.kubernetes, leaseAgeSeconds: lease, kubelet: kubelet ? reachable : unreachable },
      readings: evidence.readings.filter(({ role }) => !missing.includes(role)),
    };
  });

describe('every evidence', () => {
  it('gets exactly one diagnosis with a confidence and a reason per other class', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const diagnosis = diagnose(evidence);
        expect(diagnosis.confidence).toBeGreaterThanOrEqual(0);
        expect(diagnosis.confidence).toBeLessThanOrEqual(1);
        expect(new Set(diagnosis.against.map((entry) => entry.class)).size).toBe(diagnosis.against.length);
        expect(diagnosis.against.map((entry) => entry.class)).not.toContain(diagnosis.class);
      }),
    );
  });

  it('is never healthy with a difference in the tables, a lost packet or a silent kubelet', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (diagnose(evidence).class !== 'healthy') return;
        const facts = deriveFacts(evidence);
        expect(facts.drifts).toEqual([]);
        const lost = evidence.readings.flatMap(({ host, runs }) =>
          runs.flatMap(({ probes }) =>
            probes.filter(({ received }) => received === 0).map(({ name }) => `${host} ${name}`),
          ),
        );
        const silent = silentPaths(evidence).map(({ from, to, kind }) => `${from} ${kind}-${to}`);
        expect(lost.filter((each) => !silent.includes(each))).toEqual([]);
        expect(evidence.kubernetes.kubelet.type).toBe('reachable');
      }),
    );
  });

  it('with right tables yields a plan that changes nothing', () => {
    const facts = deriveFacts(healthyEvidence());
    expect(planReconcile(facts.network, facts.drifts, 'flannel.1').hosts).toEqual([]);
  });
});
