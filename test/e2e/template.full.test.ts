import { beforeAll, describe, expect, it } from 'vitest';
import { drillTemplate, type TemplateProof } from '../../proof/template/drill-template.ts';

const told: string[] = [];
let proof: TemplateProof;

beforeAll(async () => {
  proof = await drillTemplate((line) => told.push(line), new AbortController().signal);
}, 600_000);

describe('the synthesized template, on the local endpoints', () => {
  it('heals a fault from the webhook on, by itself and after a click', () => {
    expect(proof.drills.map(({ healed, why }) => ({ healed, why }))).toEqual([
      { healed: true, why: 'repaired' },
      { healed: true, why: 'repaired' },
    ]);
    expect(told.join('\n')).toContain('reconcile healed it');
    expect(told.join('\n')).toContain('bounce: approved by alice');
    expect(told.join('\n')).toContain('bounce healed it');
  });

  it('calls nothing that the roles of its functions do not allow', () => {
    expect(proof.refused).toEqual([]);
  });

  it('runs every function, each by what calls it in the template', () => {
    const functions = [...proof.called.keys()].map((id) => id.slice(0, -8));
    expect(functions.toSorted()).toEqual(['Approval', 'Console', 'Dispatch', 'Intake', 'Notify', 'Runbook', 'Sweep']);
    expect(proof.shown).toEqual(['repaired', 'repaired']);
    expect(proof.scheduled).toEqual([expect.objectContaining({ releasedClaims: 0 })]);
  });
});
