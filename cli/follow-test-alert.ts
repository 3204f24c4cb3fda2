import { setTimeout as sleep } from 'node:timers/promises';
import { type SyntheticAlert, syntheticAlert } from '../core/alert/synthetic-alert.ts';
import { type Target, targetKey } from '../core/alert/target.ts';
import type { AlertProgress } from '../core/incident/alert-progress.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import { causeRules } from '../monitoring/rules/rule-groups.ts';
import { followAlert } from './follow-alert.ts';
import type { StepLog } from './step-log.ts';

/** Sends the alert, and its end. `until` and `at` are epoch milliseconds. */
export interface AlertSender {
  readonly url: string;
  readonly fire: (alert: SyntheticAlert, until: number) => Promise<void>;
  readonly end: (alert: SyntheticAlert, at: number) => Promise<void>;
}

/** A test alert, and for how long its incident is followed at most. */
export interface TestAlert {
  readonly target: Target;
  readonly sender: AlertSender;
  readonly waitSeconds: number;
}

/** The rule in whose name the alert is sent. */
const RULE_NAME = 'OverlayEntriesBroken';
/** Alertmanager ends the alert by itself so long after the wait, should this process be killed. */
const GRACE_MS = 60_000;

/** Sends the alert, says each step of its incident until `isOver` or the wait is, and sends its end. Undefined: it was not seen. */
export async function followTestAlert(
  store: Pick<IncidentStore, 'get' | 'getLatest'>,
  { target, sender, waitSeconds }: TestAlert,
  { say }: Pick<StepLog, 'say'>,
  isOver: (progress: AlertProgress) => boolean = ({ phase }) => phase === 'closed',
): Promise<AlertProgress | undefined> {
  const rule = causeRules.find(({ name }) => name === RULE_NAME);
  if (rule === undefined) throw new Error(`monitoring/rules has no ${RULE_NAME}`);
  const alert = syntheticAlert(target, { ...rule, rank: 'cause' }, Date.now());
  const until = alert.startsAt + waitSeconds * 1_000;
  await sender.fire(alert, until + GRACE_MS);
  say(0, `${RULE_NAME} for ${targetKey(target)} sent to ${sender.url}`);
  try {
    const isLate = () => Date.now() >= until;
    const stop = (progress?: AlertProgress) => isLate() || (progress !== undefined && isOver(progress));
    return await followAlert({ store, sleep, said: new Set() }, target, alert, stop, say);
  } finally {
    await sender.end(alert, Date.now());
    say((Date.now() - alert.startsAt) / 1_000, 'its end sent');
  }
}
