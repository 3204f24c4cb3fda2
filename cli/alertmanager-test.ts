import { sendToAlertmanager } from '../adapters/alertmanager/send-alert.ts';
import type { SyntheticAlert } from '../core/alert/synthetic-alert.ts';
import type { CliIo } from './cli-io.ts';
import { clusterFrom } from './cluster-option.ts';
import { type AlertSender, followTestAlert } from './follow-test-alert.ts';
import { stepLog } from './step-log.ts';
import { environmentOf, type TableOptions, withIncidents } from './table-options.ts';
import { UsageError } from './usage-error.ts';
import { waitSecondsFrom } from './wait-seconds.ts';
import { httpAddress, intakeSender, webhookFrom } from './webhook-options.ts';

export interface AlertTestOptions extends TableOptions {
  readonly alertmanager?: string | undefined;
  readonly intake?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly node: string;
  readonly cluster?: string | undefined;
  readonly wait: string;
}

/** `restitch alertmanager test`. Exit code 1: Restitch did not see the alert, or its incident has not ended. */
export async function alertmanagerTest(options: AlertTestOptions, io: CliIo): Promise<number> {
  const waitSeconds = waitSecondsFrom(options.wait);
  const environment = await environmentOf(options, io);
  const sender = await senderFrom(options, environment);
  const target = { cluster: clusterFrom(options.cluster, environment), node: options.node };
  const log = stepLog(options, io);
  const followed = await withIncidents({ stateDir: options.stateDir }, { environment }, (store) =>
    followTestAlert(store, { target, sender, waitSeconds }, log),
  );
  const { incidentId = null, phase = null, outcome = null } = followed ?? {};
  const result = { seen: followed !== undefined, ended: phase === 'closed', incidentId, phase, outcome };
  if (options.json) io.out(JSON.stringify({ target, ...result, steps: log.steps }));
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
): Promise<AlertSender> {
  if (alertmanager !== undefined && intake !== undefined) throw new UsageError('give --alertmanager or --intake');
  if (alertmanager !== undefined) {
    if (tokenFile !== undefined) throw new UsageError('--token-file goes with --intake');
    const url = httpAddress(alertmanager);
    const send = (alert: SyntheticAlert, endsAt: number) => sendToAlertmanager(url, alert, endsAt);
    return { url, fire: send, end: send };
  }
  const place = intake === undefined ? { stateDir, stack, tokenFile } : { url: intake, tokenFile };
  return intakeSender(await webhookFrom(place, environment));
}
