import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StageName } from '../../../core/ladder.ts';
import { type AutonomyLevel, newTrack, trackKey } from '../../../core/safety/autonomy.ts';
import { newBreakers, tripBreaker } from '../../../core/safety/breaker.ts';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { PAUSE_LIST, pausesInForce, withPause } from '../../../core/safety/pause.ts';
import { answer, createIncidentUnderTest } from '../../unit/runbook/incident-under-test.ts';
import { runs } from '../runs.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const INCIDENT = 'lab.gpu-1.1';
const level = fc.constantFrom<AutonomyLevel>('shadow', 'approve', 'auto');
/** What a person does after so many seconds. */
const interference = fc.record({
  second: fc.integer({ min: 0, max: 90 }),
  what: fc.constantFrom('pause' as const, 'trip' as const),
});
const scenario = fc.record({
  mode: fc.constantFrom('shadow', 'act', 'act', 'act'),
  earned: fc.boolean(),
  askBeforeQuarantine: fc.boolean(),
  levels: fc.record({ reconcile: level, 'restart-agent': level, bounce: level, quarantine: level }),
  heals: fc.subarray(['apply', 'bounce', 'restart-agent'] as const),
  answers: fc.array(fc.constantFrom('approved' as const, 'denied' as const, 'silence' as const), { maxLength: 4 }),
  interferences: fc.array(interference, { maxLength: 2 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** What was sent or claimed, and what stood then. */
interface Seen {
  readonly stage: StageName;
  readonly approved: boolean;
  readonly paused: boolean;
  readonly tripped: boolean;
  readonly level: AutonomyLevel;
}

const stageOf: Readonly<Record<string, StageName>> = {
  apply: 'reconcile',
  'restart-agent': 'restart-agent',
  bounce: 'bounce',
};

const keyOf = (stage: StageName) => ({ cluster: 'lab', pool: 'gpu', class: 'vxlan-wedge' as const, stage });

function watched({ mode, earned, askBeforeQuarantine, heals }: Scenario) {
  const work = createIncidentUnderTest({
    REPAIR_MODE: mode,
    EARNED_AUTONOMY: String(earned),
    APPROVE_QUARANTINE: String(askBeforeQuarantine),
    APPROVAL_TIMEOUT_SECONDS: '60',
    STABLE_SECONDS: '5',
  });
  const seen: Seen[] = [];
  const note = async (stage: StageName) => {
    const pauses = await work.safety.pauses.get(PAUSE_LIST);
    const breakers = await work.safety.breakers.get('lab');
    const track = await work.safety.tracks.get(trackKey(keyOf(stage)));
    seen.push({
      stage,
      approved: work.messenger.questions.some((one) => one.stage === stage && approved.has(one.approvalId)),
      paused: pausesInForce(pauses, work.clock()).length > 0,
      tripped: Object.keys(breakers?.tripped ?? {}).length > 0,
      level: track?.level ?? 'shadow',
    });
  };
  const approved = new Set<string>();
  const { send } = work.commands;
  work.commands.heals = heals;
  work.commands.send = async (command) => {
    const stage = stageOf[command.document];
    if (stage !== undefined) await note(stage);
    return send(command);
  };
  const { placeClaim } = work.cluster;
  work.cluster.placeClaim = async (name, claim, now) => {
    if (claim.level === 'quarantined') await note('quarantine');
    return placeClaim(name, claim, now);
  };
  return { work, seen, approved };
}

async function interfere(work: Work, what: 'pause' | 'trip'): Promise<void> {
  const by = { by: 'ann', reason: 'a test' };
  const since = work.clock();
  if (what === 'pause')
    await work.safety.pauses.change(PAUSE_LIST, (list) =>
      withPause(list, { scope: { type: 'all' }, ...by, since, until: null }),
    );
  else
    await work.safety.breakers.change('lab', (record) =>
      tripBreaker(record ?? newBreakers('lab'), 'cluster=lab', by, since),
    );
}

/** Works until the incident rests, while people answer and interfere. */
async function play(given: Scenario, { work, approved }: ReturnType<typeof watched>): Promise<void> {
  for (const [stage, at] of Object.entries(given.levels)) {
    const track = newTrack(keyOf(stageNamed(stage)));
    await work.safety.tracks.change(trackKey(track), () => ({ ...track, level: at }));
  }
  const answers = [...given.answers];
  await work.start();
  for (let second = 0; second < 400; second++) {
    await work.engine.idle();
    await work.followChat();
    const incident = await work.store.get(INCIDENT);
    if (incident?.phase === 'closed' || incident?.phase === 'handed-over') return;
    for (const { what } of given.interferences.filter((one) => one.second === second)) await interfere(work, what);
    const pending = incident?.pending?.approvalId;
    if (pending !== undefined && answers.length > 0) {
      const decision = answers.shift();
      if (decision === 'approved') approved.add(pending);
      if (decision === 'approved' || decision === 'denied') await answer(work, decision);
    }
    work.advanceSeconds(1);
    work.engine.tick();
  }
  throw new Error('the incident does not come to rest');
}

function stageNamed(text: string): StageName {
  const stages: readonly StageName[] = ['reconcile', 'restart-agent', 'bounce', 'quarantine'];
  const stage = stages.find((known) => known === text);
  if (stage === undefined) throw new Error(`no stage ${text}`);
  return stage;
}

it('no stage acts without approval or earned autonomy, in shadow, in a pause, or under an open breaker', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const under = watched(given);
      await play(given, under);
      for (const { stage, approved, paused, tripped, level: at } of under.seen) {
        expect({ stage, mode: given.mode }).toEqual({ stage, mode: 'act' });
        expect({ stage, paused, tripped }).toEqual({ stage, paused: false, tripped: false });
        const earnedIt = given.earned && at === 'auto';
        const asked = given.earned ? at === 'approve' : stage === 'bounce';
        const byPolicy = given.askBeforeQuarantine && (stage === 'quarantine' || stage === 'restart-agent');
        if (given.earned) expect({ stage, mayAct: at !== 'shadow' }).toEqual({ stage, mayAct: true });
        if (byPolicy || (asked && !earnedIt)) expect({ stage, approved }).toEqual({ stage, approved: true });
      }
    }),
    { numRuns: runs(25) },
  );
});

it('neither a pause nor a breaker keeps a healthy node cordoned, or its incident open', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.boolean(), async (given, healsBeforeTheEnd) => {
      const under = watched(given);
      const { work } = under;
      if (healsBeforeTheEnd) work.commands.heals = ['apply', 'bounce', 'restart-agent'];
      await play(given, under);
      await interfere(work, 'pause');
      await interfere(work, 'trip');
      work.commands.broken = false;
      if ((await work.store.get(INCIDENT))?.phase !== 'closed') {
        await work.store.update(INCIDENT, (incident) => ({ ...incident, run: incident.run + 1, phase: 'diagnosing' }));
        await work.start();
        await work.untilClosed();
      }
      const node = await work.cluster.getNode('gpu-1');
      expect(node && readClaim(node)).toEqual({ type: 'none' });
      expect(node?.spec.unschedulable ?? false).toBe(false);
      expect(await work.store.get(INCIDENT)).toMatchObject({ phase: 'closed', claimed: false });
    }),
    { numRuns: runs(25) },
  );
});
