import { describe, expect, it } from 'vitest';
import { faultCatalogue, findFault } from '../../../lab/faults/catalogue.ts';
import type { Played } from '../../../proof/soak/episode.ts';
import { describePlan, type EpisodePlan, planEpisode } from '../../../proof/soak/episode-plan.ts';
import { judgeEpisode } from '../../../proof/soak/judge-episode.ts';
import { soakReport, summarize } from '../../../proof/soak/soak-report.ts';
import { incidentOf, receiptOf } from '../../fakes/sample-records.ts';

function planOf(parts: Partial<EpisodePlan> = {}): EpisodePlan {
  const fault = findFault('fdb-flushed');
  if (fault === undefined) throw new Error('fdb-flushed');
  const answer = { says: 'approve', afterSeconds: 0 } as const;
  return { fault, webhooks: 1, answer, kills: [], pause: null, mendedAt: null, ...parts };
}

const plan = receiptOf({ event: 'plan', stage: 'reconcile', detail: ['gpu-1: link up flannel.1'] });
const repaired = incidentOf({ phase: 'closed', outcome: 'repaired' });
const handedOver = incidentOf({ phase: 'handed-over', outcome: null });

function playedOf(parts: Partial<Played> = {}): Played {
  const fine = { missing: [], brokenBefore: undefined, brokenAfter: undefined, left: [] };
  return { plan: planOf(), incidents: [repaired], receipt: [plan], ...fine, ...parts };
}

describe('an episode of the soak', () => {
  it.each<[string, Partial<Played>]>([
    ['that ends as a drill does', {}],
    ['whose process was killed', { plan: planOf({ kills: [3, 9] }) }],
    [
      'in which a person said no',
      { plan: planOf({ answer: { says: 'deny', afterSeconds: 2 } }), incidents: [handedOver] },
    ],
    ['that somebody mended', { plan: planOf({ mendedAt: 4 }), incidents: [handedOver] }],
    ['that was paused', { plan: planOf({ pause: { at: 0, seconds: 5 } }), incidents: [handedOver] }],
  ])('%s is right', (_what, parts) => {
    expect(judgeEpisode(playedOf(parts))).toEqual([]);
  });

  it.each<[string, Partial<Played>, string]>([
    [
      'does not come to rest',
      { missing: ['the incidents did not come to rest'] },
      'the incidents did not come to rest',
    ],
    [
      'changes a host that the fault never touched',
      { receipt: [receiptOf({ event: 'plan', stage: 'reconcile', detail: ['hub-1: link up flannel.1'] })] },
      'acted where no fault called for it: hub-1: link up flannel.1',
    ],
    [
      'bounces without a yes',
      {
        plan: planOf({ answer: { says: 'nothing', afterSeconds: 0 } }),
        receipt: [plan, receiptOf({ event: 'command', stage: 'bounce' })],
      },
      'bounce was done without a yes',
    ],
    ['calls a person for what can be repaired', { incidents: [handedOver] }, 'ended as handed-over, wanted was healed'],
    ['opens no incident', { incidents: [] }, 'ended as no incident, wanted was healed'],
    [
      'says that it repaired what is still broken',
      { brokenBefore: 'paths of the lab are lost' },
      'it was called repaired, and paths of the lab are lost',
    ],
    [
      'leaves the lab broken',
      { brokenAfter: 'paths of the lab are lost' },
      'after everything was mended paths of the lab are lost',
    ],
    ['leaves a node out of service', { left: ['gpu-1 is still out of service'] }, 'gpu-1 is still out of service'],
  ])('that %s is wrong', (_what, parts, sentence) => {
    expect(judgeEpisode(playedOf(parts))).toEqual([sentence]);
  });

  it('follows from seed and number, and others from others', () => {
    const plans = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => describePlan(planEpisode(faultCatalogue, 7, number)));
    expect(planEpisode(faultCatalogue, 7, 3)).toEqual(planEpisode(faultCatalogue, 7, 3));
    expect(new Set(plans).size).toBeGreaterThan(3);
  });
});

describe('the report of a soak', () => {
  const row = { number: 3, plan: planOf({ kills: [4] }), seconds: 40, outcomes: ['repaired'], wrong: [] };
  const soaked = { seed: 2, hours: 1.5, rows: [row], readings: [{ episodes: 1, megabytes: 300, storedMegabytes: 12 }] };

  it('says in one line what was done and found', () => {
    expect(summarize(soaked)).toBe(
      '1 episodes in 1.5 hours, seed 2: 1 kills, 0 pauses, 0 ended otherwise than they should',
    );
    expect(soakReport(soaked)).toContain('Nothing.');
  });

  it('names what ended otherwise, and how to play it again', () => {
    const report = soakReport({ ...soaked, rows: [{ ...row, wrong: ['gpu-1 is still out of service'] }] });
    expect(report).toContain('- Episode 3, `fdb-flushed`, killed at 4 s, people approve after 0 s; ended as repaired:');
    expect(report).toContain('  gpu-1 is still out of service.');
    expect(report).toContain('npm run soak -- --seed 2 --episode NUMBER');
  });
});
