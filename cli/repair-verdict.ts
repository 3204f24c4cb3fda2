import { assertNever } from '../core/assert-never.ts';
import type { Incident, IncidentOutcome } from '../core/incident/incident.ts';

/** What became of a request for a repair. */
export interface Followed {
  /** As it was last seen. Undefined: no incident has the request. */
  readonly incident: Incident | undefined;
  /** What the last look found. */
  readonly found: readonly string[];
  /** Ctrl-C was pressed. */
  readonly interrupted: boolean;
  /** From the request to the end of following. */
  readonly seconds: number;
}

/** The last words of `restitch repair`, and its exit code. */
export interface RepairVerdict {
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
}

/** `place`: the options by which other commands find the same incidents, with a space before them. */
export function repairVerdict({ incident, found, interrupted, seconds }: Followed, place: string): RepairVerdict {
  if (incident === undefined) return failed(...unseen(interrupted, seconds, place));
  const { incidentId, phase, outcome, waitsFor } = incident;
  if (phase === 'closed') return closed(incident, outcome, found);
  if (phase === 'handed-over')
    return failed(
      `Handed over: ${incidentId} waits for a person.`,
      ...(waitsFor === undefined ? [] : [GOES_ON[waitsFor]]),
      `Why, step by step: restitch incidents show ${incidentId}${place}`,
    );
  return failed(
    `${interrupted ? 'Stopped following' : `Not ended after ${Math.round(seconds)} s`}: ${incidentId} ${stateOf(incident)}.`,
    `Follow it with: restitch incidents follow ${incidentId}${place}`,
  );
}

/** What a person can end, so that a handed-over incident goes on at once. */
const GOES_ON = {
  paused: 'It goes on by itself when the pause ends: restitch pauses, restitch resume SCOPE.',
  breaker: 'It goes on by itself when the breaker closes: restitch breaker show.',
} as const;

function unseen(interrupted: boolean, seconds: number, place: string): readonly string[] {
  const list = `Look for it with: restitch incidents list${place}`;
  return interrupted
    ? ['Stopped following. The request was sent, and stands; no incident shows it yet.', list]
    : [`Not seen after ${Math.round(seconds)} s: the request was taken, and no incident shows it.`, list];
}

function stateOf({ phase, heldBy }: Incident): string {
  if (phase === 'awaiting-approval') return 'waits for a yes or no, and goes on after it';
  if (phase === 'held')
    return `is held until the incident of ${heldBy?.node ?? 'what is shared'} ends, and goes on then`;
  return `is at work (${phase}), and goes on`;
}

function closed(
  { incidentId, target: { cluster, node }, duplicateOf, tried }: Incident,
  outcome: IncidentOutcome | null,
  found: readonly string[],
): RepairVerdict {
  switch (outcome) {
    case 'repaired':
      return { exitCode: 0, lines: [`Healed: ${incidentId} is closed.`] };
    case 'self-recovered':
      return {
        exitCode: 0,
        lines: [
          `Healthy: ${incidentId} is closed${tried.length === 0 ? ', and nothing was changed' : ''}.`,
          ...(found.length === 0 ? [] : ['The last look found:', ...found.map((each) => `  ${each}`)]),
          'What only differs and loses no packet is left as it is.',
        ],
      };
    case 'no-target':
      return failed(
        `There is no node ${node} in the cluster ${cluster}. Nothing was done, and ${incidentId} is closed.`,
      );
    case 'duplicate':
      return failed(`${incidentId} is closed: ${duplicateOf ?? 'another incident'} works on the same node.`);
    case 'cancelled':
      return failed(`Left alone: ${incidentId} is closed, because a person took the node back.`);
    case null:
      return failed(`${incidentId} is closed, and its record does not say how it ended.`);
    default:
      return assertNever(outcome);
  }
}

function failed(...lines: readonly string[]): RepairVerdict {
  return { exitCode: 1, lines };
}
