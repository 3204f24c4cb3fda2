import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { nativeFaults } from '../../../lab/faults/native/native-faults.ts';
import { vxlanFaults } from '../../../lab/faults/vxlan/vxlan-faults.ts';
import { grownFleet } from '../../fakes/grown-fleet.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

const families = [...vxlanFaults, ...nativeFaults].map(({ name }) => name);
const fixtures = evidenceFixtures().filter(({ fault }) => families.includes(fault.name));

describe.each([1_000, 5_000])('with %i more nodes', (count) => {
  it.each(fixtures.map(({ fault, evidence }) => [fault.name, fault.label, evidence] as const))(
    '%s is diagnosed as in a fleet of few',
    { timeout: 60_000 },
    (_name, label, evidence) => {
      const examination = examine(grownFleet(evidence, count));
      const { class: faultClass, cause, hostAtFault } = examination.diagnosis;
      expect({ class: faultClass, cause, hostAtFault }).toEqual(label);
      const hosts = (of: typeof examination) => planRepair(of).hosts.map(({ host }) => host);
      expect(hosts(examination)).toEqual(hosts(examine(evidence)));
    },
  );
});
