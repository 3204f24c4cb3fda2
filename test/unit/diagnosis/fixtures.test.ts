import { describe, expect, it } from 'vitest';
import { diagnose, examine } from '../../../core/diagnosis/diagnose.ts';
import { faultCatalogue } from '../../../lab/faults/catalogue.ts';
import { recommendedOperations } from '../../../proof/matrix/diagnose-fault.ts';
import { evidenceFixtures, fieldFixtures } from '../../fixtures/evidence.ts';

describe('evidence of every fault of the catalogue', () => {
  it('is stored, and nothing else is', () => {
    const stored = [...evidenceFixtures(), ...fieldFixtures()].map(({ fault }) => fault.name);
    expect(stored.toSorted()).toEqual(faultCatalogue.map(({ name }) => name).toSorted());
  });

  it.each(evidenceFixtures().map(({ fault, evidence }) => [fault.name, fault.label, evidence] as const))(
    '%s',
    (_name, label, evidence) => {
      const { class: faultClass, cause, hostAtFault } = diagnose(evidence);
      expect({ class: faultClass, cause, hostAtFault }).toEqual(label);
    },
  );

  it.each(
    evidenceFixtures()
      .filter(({ fault }) => fault.label.class === 'healthy')
      .map(({ fault, evidence }) => [fault.name, evidence] as const),
  )('recommends nothing for %s', (_name, evidence) => {
    expect(recommendedOperations(examine(evidence))).toBe(0);
  });
});
