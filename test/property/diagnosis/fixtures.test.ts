import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { type Evidence, Evidence as EvidenceSchema } from '../../../core/evidence/evidence.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';
import { anyDamage, damaged, replaceAt } from '../damage.ts';
import { runs } from '../runs.ts';

const anyFixture = fc.constantFrom(...evidenceFixtures()).map(({ evidence }) => evidence);

const damages = anyDamage(['wg0', 'PERMANENT', '10.42.0.0/16', '::/0']);

describe('whatever a real reading is damaged into', () => {
  it('gets a diagnosis, as long as it is evidence at all', () => {
    fc.assert(
      fc.property(anyFixture, fc.array(damages, { minLength: 1, maxLength: 12 }), (evidence, changes) => {
        const parsed = EvidenceSchema.safeParse(changes.reduce<unknown>(damaged, evidence));
        fc.pre(parsed.success);
        const { confidence, because, against } = diagnose(parsed.data);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(because.length).toBeGreaterThan(0);
        expect(against.every(({ why }) => why !== '')).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });

  it('is never called healthy when a host that was broken has less to say', () => {
    const broken = evidenceFixtures().filter(({ fault }) => fault.label.class !== 'healthy');
    fc.assert(
      fc.property(fc.constantFrom(...broken), fc.subarray([0, 1, 2, 3]), ({ evidence }, silent) => {
        const readings = evidence.readings.filter((_, index) => !silent.includes(index));
        if (readings.length === evidence.readings.length || readings.every(({ role }) => role !== 'node')) return;
        const { class: faultClass } = diagnose({ ...evidence, readings });
        if (faultClass === 'healthy') expect(silent).not.toContain(0);
      }),
    );
  });
});

/**
 * One lost packet series that is said to have passed after all. That a filter drops the overlay alone is told by the layer below,
 * which passes: for that class such a packet is no contradiction.
 */
function healed(evidence: Evidence, which: number): Evidence | undefined {
  const isAboutOverlay = diagnose(evidence).class === 'overlay-blocked';
  const lost = evidence.readings.flatMap(({ runs }, reading) =>
    runs.flatMap(({ probes }, run) =>
      probes.flatMap(({ name, received }, probe) =>
        received === 0 && !(isAboutOverlay && name.startsWith('underlay')) ? [{ reading, run, probe }] : [],
      ),
    ),
  );
  const chosen = lost[which % Math.max(1, lost.length)];
  if (chosen === undefined) return undefined;
  const path = ['readings', chosen.reading, 'runs', chosen.run, 'probes', chosen.probe, 'received'];
  return EvidenceSchema.parse(replaceAt(evidence, path, () => 3));
}

describe('a fact that contradicts a diagnosis', () => {
  it('never raises its confidence', () => {
    fc.assert(
      fc.property(anyFixture, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (evidence, which) => {
        let before = evidence;
        for (const each of which) {
          const after = healed(before, each);
          if (after === undefined) return;
          const [was, is] = [diagnose(before), diagnose(after)];
          const same = was.class === is.class && was.cause === is.cause && was.hostAtFault === is.hostAtFault;
          if (same && was.class !== 'healthy') expect(is.confidence).toBeLessThanOrEqual(was.confidence);
          before = after;
        }
      }),
      { numRuns: runs(150) },
    );
  });

  it.each([
    ['a fresh lease', (evidence: Evidence): Evidence => withKubernetes(evidence, { leaseAgeSeconds: 1 })],
    ['an answer of the kubelet', (evidence: Evidence) => withKubernetes(evidence, { kubelet: { type: 'reachable' } })],
    ['an SSM agent that answers', (evidence: Evidence): Evidence => ({ ...evidence, agent: 'online' })],
  ])('never makes a dead node surer: %s', (_what, change) => {
    const dead = evidenceFixtures().filter(({ fault }) => fault.label.class === 'node-offline');
    expect(dead.length).toBeGreaterThan(0);
    for (const { evidence } of dead) {
      const [was, is] = [diagnose(evidence), diagnose(change(evidence))];
      if (is.class === was.class && is.hostAtFault === was.hostAtFault)
        expect(is.confidence).toBeLessThanOrEqual(was.confidence);
    }
  });
});

function withKubernetes(evidence: Evidence, change: Partial<Evidence['kubernetes']>): Evidence {
  return { ...evidence, kubernetes: { ...evidence.kubernetes, ...change } };
}

/** Every MAC and IPv6 address of the evidence in another legal spelling. */
function respelled(value: unknown, upper: boolean, separator: string): unknown {
  if (Array.isArray(value)) return value.map((each) => respelled(each, upper, separator));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, respelled(each, upper, separator)]));
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, (mac) => {
    const spelled = mac.replaceAll(':', separator);
    return upper ? spelled.toUpperCase() : spelled;
  });
}

describe('the spelling of an address', () => {
  it('changes no diagnosis', () => {
    for (const { evidence } of evidenceFixtures()) {
      const was = diagnose(evidence);
      for (const [upper, separator] of [
        [true, ':'],
        [true, '-'],
        [false, '-'],
      ] as const) {
        const is = diagnose(EvidenceSchema.parse(respelled(evidence, upper, separator)));
        expect([is.class, is.cause, is.hostAtFault, is.confidence]).toEqual([
          was.class,
          was.cause,
          was.hostAtFault,
          was.confidence,
        ]);
      }
    }
  });
});
