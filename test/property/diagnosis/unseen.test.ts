import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { helpsNode } from '../../../core/safety/guards/localise.ts';
import { understand } from '../../../functions/runbook/look/seen.ts';
import { planLadder } from '../../../functions/runbook/rungs/plan-ladder.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { nativeEvidence } from '../../fakes/native-evidence.ts';
import { evidenceFixtures, variantFixtures } from '../../fixtures/evidence.ts';
import { tableNames, withoutHost, withoutProbes, withoutTable } from '../blindness.ts';
import { runs } from '../runs.ts';

/** The least confidence at which a stage of any class may take a node out of service for what a person has to mend. */
const ENOUGH_FOR_QUARANTINE = 0.8;

const isHealthy = ({ fault }: { readonly fault: { readonly label: { readonly class: string } } }) =>
  fault.label.class === 'healthy';
/** Hundreds of peers say no more than four do, and take long. */
const isSmall = (evidence: Evidence) => evidence.nodes.length < 50;
const healthy = [
  healthyEvidence(),
  nativeEvidence(),
  ...variantFixtures().map(({ evidence }) => evidence),
  ...evidenceFixtures().flatMap((fixture) => (isHealthy(fixture) ? [fixture.evidence] : [])),
].filter(isSmall);
/** No packet that is measured is lost by it: where the rules were not seen on enough hosts, nothing tells it from a fleet without them. */
const losesNothing = ({ fault }: { readonly fault: { readonly label: { readonly cause: string } } }) =>
  fault.label.cause === 'service-rules-missing';
const broken = evidenceFixtures().flatMap((fixture) =>
  isHealthy(fixture) || losesNothing(fixture) ? [] : [fixture.evidence],
);

/** Of those that lose nothing, what the hosts that were seen tell, whatever the node itself did not see. */
const brokenAsSeen = [
  ...broken,
  ...evidenceFixtures().flatMap(({ fault, evidence }) => (fault.name === 'bridge-netfilter-off' ? [evidence] : [])),
];

type Blind = (evidence: Evidence, host: string) => Evidence;

const aTable: fc.Arbitrary<Blind> = fc
  .constantFrom(...tableNames)
  .map((table) => (evidence, host) => withoutTable(evidence, host, table));
const severalTables: fc.Arbitrary<Blind> = fc
  .subarray([...tableNames], { minLength: 1 })
  .map((names) => (evidence, host) => names.reduce((left, table) => withoutTable(left, host, table), evidence));
const pings: fc.Arbitrary<Blind> = fc
  .array(fc.boolean(), { minLength: 12, maxLength: 30 })
  .map((ended) => (evidence, host) => withoutProbes(evidence, host, (index) => ended[index % ended.length] ?? false));
const wholeHost: fc.Arbitrary<Blind> = fc.constant((evidence, host) => withoutHost(evidence, host));

/** One host of the evidence that sees less. */
const lessSeen = (evidences: readonly Evidence[], how: fc.Arbitrary<Blind>) =>
  fc.tuple(fc.constantFrom(...evidences), fc.nat(), how).map(([evidence, which, blind]) => {
    const host = evidence.readings[which % evidence.readings.length]?.host ?? '';
    return { before: evidence, after: blind(evidence, host), host };
  });

/** The stages of the ladder that its guards would let act: repairs, restarts, and taking the node out of service. */
function openStages(evidence: Evidence): readonly string[] {
  const seen = understand(evidence);
  const { class: faultClass, confidence, hostAtFault } = seen.diagnosis;
  const runbook = runbookFor(faultClass);
  return (runbook === undefined ? [] : planLadder(runbook, seen, []))
    .filter(({ stage, unfit }) => unfit === undefined && confidence >= stage.minConfidence)
    .filter(({ plan }) => helpsNode(plan, hostAtFault, evidence.target.node))
    .map(({ stage }) => `${faultClass}: ${stage.name}`);
}

describe.each([
  ['a table was not seen', aTable],
  ['several tables were not seen', severalTables],
  ['pings were ended before they sent a packet', pings],
  ['a host did not answer', wholeHost],
])('where %s', (_what, how) => {
  it('nothing is done in a healthy fleet: no operation, no restart, no quarantine', () => {
    fc.assert(
      fc.property(lessSeen(healthy, how), ({ after }) => {
        expect(openStages(after)).toEqual([]);
      }),
      { numRuns: runs(150) },
    );
  });
});

const readOf = ({ readings }: Evidence) => readings.map(({ host }) => host);
/** What changes most is on the node and its hub. */
const endsOf = ({ readings }: Evidence) =>
  readings.flatMap(({ host, role }) => (role === 'node' || role === 'hub' ? [host] : []));

describe.each(tableNames)('in every fleet that was recorded, %s not seen on the node or its hub', (table) => {
  it('blames nobody surely where all is well', () => {
    for (const evidence of healthy)
      for (const host of endsOf(evidence)) {
        const { hostAtFault, confidence } = examine(withoutTable(evidence, host, table)).diagnosis;
        if (hostAtFault !== null) expect(confidence).toBeLessThan(ENOUGH_FOR_QUARANTINE);
      }
  });

  it('makes nothing healthy that is broken', () => {
    for (const evidence of brokenAsSeen)
      for (const host of endsOf(evidence))
        expect(examine(withoutTable(evidence, host, table)).diagnosis.class).not.toBe('healthy');
  });
});

describe('in every fleet that was recorded, a host that did not answer', () => {
  it('makes nothing healthy that is broken, and blames nobody surely where all is well', () => {
    for (const evidence of [...healthy, ...broken])
      for (const host of readOf(evidence)) {
        const { hostAtFault, confidence, class: faultClass } = examine(withoutHost(evidence, host)).diagnosis;
        if (broken.includes(evidence)) expect(faultClass).not.toBe('healthy');
        else if (hostAtFault !== null) expect(confidence).toBeLessThan(ENOUGH_FOR_QUARANTINE);
      }
  });
});

describe('a broken fleet', () => {
  it('is not changed unasked on a host that was right before, because one saw less', () => {
    fc.assert(
      fc.property(lessSeen(broken, fc.oneof(aTable, wholeHost, pings)), ({ before, after }) => {
        const base = examine(before);
        const plan = planRepair(examine(after));
        if ((plan.asks ?? []).length > 0) return;
        const wrong = [base.diagnosis.hostAtFault, ...planRepair(base).hosts.map(({ host }) => host)];
        const elsewhere = plan.hosts.filter(({ host }) => host !== before.target.node && !wrong.includes(host));
        expect(elsewhere.flatMap(({ operations }) => operations.map(formatOperation))).toEqual([]);
      }),
      { numRuns: runs(150) },
    );
  });
});
