import { assertNever } from '../../core/assert-never.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { StageName } from '../../core/ladder.ts';
import { byHand } from '../../core/repair/handover.ts';
import type { OnExpiry } from '../../core/safety/approval-rules.ts';
import type { Step } from './carry-out.ts';
import { giveBack } from './claims.ts';
import { keepHandsOff } from './hands-off.ts';
import type { Seen } from './look/seen.ts';
import { markTried } from './mark-tried.ts';
import type { Run } from './run.ts';
import { runbookOf } from './runbook-of.ts';

/** A question that did not end in a yes. */
export interface RefusedQuestion {
  readonly approvalId: string;
  readonly stage: StageName;
  readonly answer: 'denied' | 'taken-over' | 'expired';
  readonly onExpiry: OnExpiry;
}

/** What follows a no, a person who takes over, or a question that nobody answered. */
export async function afterRefusal(run: Run, incident: Incident, seen: Seen, refused: RefusedQuestion): Promise<Step> {
  const { approvalId, answer } = refused;
  if (answer === 'expired') return afterExpiry(run, incident, seen, refused);
  const said = await keepHandsOff(run, incident, approvalId, answer);
  return { type: 'hand-over', why: `${said}${answer === 'denied' ? byHand(seen) : ''}` };
}

async function afterExpiry(
  run: Run,
  incident: Incident,
  seen: Seen,
  { approvalId, stage, onExpiry }: RefusedQuestion,
): Promise<Step> {
  const { diagnosis, evidence } = seen;
  switch (onExpiry) {
    case 'next-rung':
    case 'quarantine': {
      const stages = onExpiry === 'quarantine' ? stagesBefore(run, seen, stage) : [stage];
      for (const name of stages) await markTried(run, incident, diagnosis, name, 'approval expired');
      await giveBack(run, incident, evidence.target.node);
      return { type: 'look-again', attempt: { type: 'none' } };
    }
    case 'page':
      return { type: 'hand-over', why: `nobody answered about ${stage} in time${byHand(seen)}` };
    case 'hold':
      return {
        type: 'hand-over',
        why: `${await keepHandsOff(run, incident, approvalId, 'unanswered')}${byHand(seen)}`,
      };
    default:
      return assertNever(onExpiry);
  }
}

/** The stage, and every later one below quarantine. */
function stagesBefore(run: Run, { diagnosis }: Seen, stage: StageName): readonly StageName[] {
  const names = (runbookOf(run, diagnosis.class)?.stages ?? []).map(({ name }) => name);
  const later = names.slice(names.indexOf(stage) + 1);
  const quarantine = later.indexOf('quarantine');
  return [stage, ...(quarantine < 0 ? [] : later.slice(0, quarantine))];
}
