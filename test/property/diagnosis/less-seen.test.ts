import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Plan } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';
import { tableNames, withoutTable } from '../blindness.ts';

/** Without the table that shows that the module is missing the device would be made: the node refuses that by itself. */
const refusedByNode = ['vxlan-module-missing: kernel'];

/** Host, kind of change and what it is about. */
function changesOf({ hosts }: Plan): readonly string[] {
  return hosts.flatMap(({ host, operations }) =>
    operations.map((operation) => {
      const { cidrs: _, ...about } = { cidrs: [], ...operation };
      return `${host} ${JSON.stringify(about)}`;
    }),
  );
}

/** Hundreds of peers say no more than four do, and take long. */
const fixtures = evidenceFixtures().filter(({ evidence }) => evidence.nodes.length < 50);

describe.each(fixtures.map(({ fault, evidence }) => [fault.name, evidence] as const))('%s', (name, evidence) => {
  const before = examine(evidence);
  const planned = changesOf(planRepair(before));
  const ends = evidence.readings.flatMap(({ host, role }) => (role === 'node' || role === 'hub' ? [host] : []));

  it('is never surer, and nothing more is changed unasked, where the node or its hub did not see a table', () => {
    for (const host of ends) {
      for (const table of tableNames.filter((each) => !refusedByNode.includes(`${name}: ${each}`))) {
        const after = examine(withoutTable(evidence, host, table));
        const { class: faultClass, cause, hostAtFault, confidence } = after.diagnosis;
        const isSame =
          faultClass === before.diagnosis.class &&
          cause === before.diagnosis.cause &&
          hostAtFault === before.diagnosis.hostAtFault;
        if (isSame) expect(confidence, `${host} ${table}`).toBeLessThanOrEqual(before.diagnosis.confidence);
        const plan = planRepair(after);
        const unasked = (plan.asks ?? []).length === 0 ? changesOf(plan) : [];
        const more = unasked.filter((change) => !planned.includes(change));
        expect(more, `${host} ${table}`).toEqual([]);
      }
    }
  });
});
