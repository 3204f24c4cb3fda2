import type { NodeEvidence } from '../../core/evidence/node-evidence.ts';
import { evidenceFixtures, variantFixtures } from '../fixtures/evidence.ts';

/** So many of those that a real lab measured, from the smallest on; every so manieth. */
const EVERY = 12;

/** Evidence that a real lab measured with faults and without, as it is stored. */
export function evidenceSamples(): readonly string[] {
  const all = [...evidenceFixtures(), ...variantFixtures()].map(({ evidence }) => JSON.stringify(evidence));
  return all.toSorted((one, other) => one.length - other.length).filter((_, index) => index % EVERY === 0);
}

/** What single hosts of it said. */
export function hostSamples(): readonly NodeEvidence[] {
  return evidenceFixtures()
    .filter((_, index) => index % EVERY === 0)
    .flatMap(({ evidence }) => evidence.readings.slice(0, 1))
    .flatMap(({ passive }) => (passive.status === 'read' ? [passive.evidence] : []));
}
