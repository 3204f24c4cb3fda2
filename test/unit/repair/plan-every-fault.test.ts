import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { documents } from '../../../runbooks/documents/documents.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

const fixtures = evidenceFixtures();
const planFor = (name: string) => planRepair(examine(evidenceOf(name)));

describe('the plan for evidence of the lab', () => {
  it.each(fixtures.filter(({ fault }) => fault.label.class === 'healthy').map(({ fault }) => [fault.name]))(
    'is empty for %s, which is healthy',
    (name) => {
      expect(planFor(name)).toMatchObject({ hosts: [], beyond: [] });
    },
  );

  it.each(fixtures.filter(({ fault }) => fault.label.class !== 'healthy').map(({ fault }) => [fault.name]))(
    'for %s holds operations that the documents take, or the words for a person',
    (name) => {
      const { hosts, beyond } = planFor(name);
      expect(hosts.length + beyond.length).toBeGreaterThan(0);
      const pattern = new RegExp(documents.apply.parameters['operations']?.allowedPattern ?? '^never$');
      for (const { operations } of hosts) expect(operations.map(formatOperation).join(',')).toMatch(pattern);
    },
  );
});
