import { setTimeout as sleep } from 'node:timers/promises';
import { sendToAlertmanager, sendToIntake } from '../adapters/alertmanager/send-alert.ts';
import { type SyntheticAlert, syntheticAlert } from '../core/alert/synthetic-alert.ts';
import { targetKey } from '../core/alert/target.ts';
import type { AlertProgress } from '../core/incident/alert-progress.ts';
import { causeRules } from '../monitoring/rules/rule-groups.ts';
import type { CliIo } from './cli-io.ts';
import { clusterFrom } from './cluster-option.ts';
import { followAlert } from './follow-alert.ts';
import { stepLog } from './step-log.ts';
import { environmentOf, type TableOptions, withIncidents } from './table-options.ts';
import { UsageError } from './usage-error.ts';
import { waitSecondsFrom } from './wait-seconds.ts';
import { httpAddress, webhookFrom } from './webhook-options.ts';

export interface AlertTestOptions extends TableOptions {
  readonly alertmanager?: string | undefined;
  readonly intake?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly node: string;
  readonly cluster?: string | undefined;
  readonly wait: string;
}

/** Sends the alert, and its end. `at` is epoch milliseconds. */
interface Sender {
  readonly url: string;
  readonly fire: (alert: SyntheticAlert, until: number) => Promise<void>;
  readonly end: (alert: SyntheticAlert, at: number) => Promise<void>;
}

/** The rule in whose name the alert is sent. */
const RULE_NAME = 'OverlayEntriesBroken';
/** Alertmanager ends the alert by itself so long after the wait, should this process be killed. */
const GRACE_MS = 60_000;

/** `restitch alertmanager test`. Exit code 1: Restitch did not see the alert, or its incident has not ended. */
export async function alertmanagerTest(options: AlertTestOptions, io: CliIo): Promise<number> {
  const waitSeconds = waitSecondsFrom(options.wait);
  const environment = await environmentOf(options, io);
  const sender = await senderFrom(options, environment);
  const rule = causeRules.find(({ name }) => name === RULE_NAME);
  if (rule === undefined) throw new Error(`monitoring/rules has no ${RULE_NAME}`);
  const { node, json } = options;
  const target = { cluster: clusterFrom(options.cluster, environment), node };
  const { steps, say } = stepLog(options, io);
  const followed = await withIncidents({ stateDir: options.stateDir }, { environment }, async (store) => {
    const alert = syntheticAlert(target, { ...rule, rank: 'cause' }, Date.now());
    const until = alert.startsAt + waitSeconds * 1_000;
    await sender.fire(alert, until + GRACE_MS);
    say(0, `${RULE_NAME} for ${targetKey(target)} sent to ${sender.url}`);
    try {
      const isOver = (progress?: AlertProgress) => progress?.phase === 'closed' || Date.now() >= until;
      return await followAlert({ store, sleep, said: new Set() }, target, alert, isOver, say);
    } finally {
      await sender.end(alert, Date.now());
      say((Date.now() - alert.startsAt) / 1_000, 'its end sent');
    }
  });
  const { incidentId = null, phase = null, outcome = null } = followed ?? {};
  const result = { seen: followed !== undefined, ended: phase === 'closed', incidentId, phase, outcome };
  if (json) io.out(JSON.stringify({ target, ...result, steps }));
  else io.out(verdict(result, waitSeconds));
  return result.ended ? 0 : 1;
}

function verdict(
  {
    incidentId,
    phase,
    outcome,
  }: { readonly incidentId: string | null; readonly phase: string | null; readonly outcome: string | null },
  waitSeconds: number,
): string {
  if (incidentId === null) return `Not seen within ${waitSeconds} s: no incident of this node has the alert.`;
  if (phase === 'closed') return `Seen and ended: ${incidentId} is closed, ${outcome}.`;
  return `Seen, and not ended within ${waitSeconds} s: ${incidentId} is ${phase}.`;
}

async function senderFrom(
  { alertmanager, intake, tokenFile, stateDir, stack }: AlertTestOptions,
  environment: CliIo['environment'],
): Promise<Sender> {
  if (alertmanager !== undefined && intake !== undefined) throw new UsageError('give --alertmanager or --intake');
  if (alertmanager !== undefined) {
    if (tokenFile !== undefined) throw new UsageError('--token-file goes with --intake');
    const url = httpAddress(alertmanager);
    const send = (alert: SyntheticAlert, endsAt: number) => sendToAlertmanager(url, alert, endsAt);
    return { url, fire: send, end: send };
  }
  const place = intake === undefined ? { stateDir, stack, tokenFile } : { url: intake, tokenFile };
  const to = await webhookFrom(place, environment);
  return {
    url: to.url,
    fire: (alert) => sendToIntake(to, alert, null),
    end: (alert, at) => sendToIntake(to, alert, at),
  };
}
