import * as z from 'zod';
import { sendToIntake } from '../adapters/alertmanager/send-alert.ts';
import type { SyntheticAlert } from '../core/alert/synthetic-alert.ts';
import { type Target, targetKey } from '../core/alert/target.ts';
import { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import type { AlertProgress } from '../core/incident/alert-progress.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import type { ReceiptEntry } from '../core/incident/receipt.ts';
import type { WebhookAddress } from '../local/webhook-address.ts';
import { followAlert } from './follow-alert.ts';
import type { Followed } from './repair-verdict.ts';
import type { StepLog } from './step-log.ts';

export interface RequestPorts {
  readonly store: Pick<IncidentStore, 'get' | 'getLatest' | 'readReceipt'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** A person's request for a repair. */
export interface RepairRequest {
  readonly target: Target;
  readonly alert: SyntheticAlert;
  readonly webhook: WebhookAddress;
  /** How long it is followed at most. */
  readonly waitSeconds: number;
}

/** An alert that no incident has after this time is stuck on its way. */
const SEEN_WITHIN_MS = 120_000;
/** An incident without a node to look at ends so soon after its last alert. */
const ENDS_WITHIN_MS = 30_000;

/**
 * Sends the request, says each step of the incident that gets it, and sends its end when that incident has ended, or found nothing to
 * look at. Where it is at work or waits for a person, the request stands: an alert that ends would only make it look again.
 * Throws `RestitchError` where the request is not taken.
 */
export async function followRequest(
  { store, clock, sleep }: RequestPorts,
  { target, alert, webhook, waitSeconds }: RepairRequest,
  { say }: Pick<StepLog, 'say'>,
  signal: AbortSignal,
): Promise<Followed> {
  const age = () => clock() - alert.startsAt;
  const ports = { store, sleep, said: new Set<string>() };
  const follow = async (isOver: (progress: AlertProgress | undefined) => boolean): Promise<Incident | undefined> => {
    const seen = await followAlert(ports, target, alert, (progress) => signal.aborted || isOver(progress), say);
    return seen === undefined ? undefined : store.get(seen.incidentId);
  };
  const before = await store.getLatest(target);
  await sendToIntake(webhook, alert, null);
  say(0, `${alert.annotations['summary']} (${targetKey(target)}), sent to ${webhook.url}`);
  if (before !== undefined && before.phase !== 'closed')
    say(0, `${before.incidentId} is open already (${before.phase}): it gets the request and is followed`);
  const isLate = (progress: AlertProgress | undefined) =>
    age() >= (progress === undefined ? SEEN_WITHIN_MS : waitSeconds * 1_000);
  let incident = await follow((progress) => isAnswered(progress) || isLate(progress));
  if (incident !== undefined && !signal.aborted && isDone(incident)) {
    await sendToIntake(webhook, alert, clock());
    say(age() / 1_000, 'the end of the request sent');
    const until = clock() + ENDS_WITHIN_MS;
    incident = await follow((progress) => progress?.phase === 'closed' || clock() >= until);
  }
  const found = incident === undefined ? [] : lastFound(await store.readReceipt(incident.incidentId));
  return { incident, found, interrupted: signal.aborted, seconds: age() / 1_000 };
}

function isAnswered(progress: AlertProgress | undefined): boolean {
  return progress?.phase === 'closed' || progress?.phase === 'handed-over';
}

/** It is closed, or nothing could be looked at: then it closes when no alert fires any more. */
function isDone({ phase, diagnosis }: Incident): boolean {
  return phase === 'closed' || (phase === 'handed-over' && diagnosis === null);
}

const DiagnosisDetail = z.object({ diagnosis: Diagnosis.pick({ because: true }) });

function lastFound(receipt: readonly ReceiptEntry[]): readonly string[] {
  const last = receipt.findLast(({ event }) => event === 'diagnosis');
  const parsed = DiagnosisDetail.safeParse(last?.detail);
  return parsed.success ? parsed.data.diagnosis.because : [];
}
