import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { getFromFunctionUrl } from '../../adapters/aws/function-url.ts';
import { readConfiguration } from '../../configuration/read-configuration.ts';
import type { Log, LogFields } from '../../core/log.ts';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import { findFault } from '../../lab/faults/catalogue.ts';
import { type DrillResult, runDrill } from '../../local/drill.ts';
import { approveAll } from '../drills/approve-all.ts';
import { REGION } from './physical-names.ts';
import { type RunningTemplate, startTemplate, viewers } from './start-template.ts';
import { synthesizeTemplate } from './synthesized-template.ts';

const APPROVE_EVERY_MS = 500;
const FAULT = 'fdb-flushed';

export interface TemplateProof {
  readonly drills: readonly DrillResult[];
  /** What sweep, which a schedule calls, returned. */
  readonly scheduled: readonly unknown[];
  /** How the incidents ended that the console page shows, oldest first. */
  readonly shown: readonly unknown[];
  /** What the functions called and their roles did not allow. */
  readonly refused: readonly string[];
  /** The actions that each function called, by its logical id. */
  readonly called: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Synthesizes the stack and takes a fault twice from webhook to healed with what is in its template. It is reconciled; then
 * reconciling and restarting fail, and a bounce follows a click in Slack.
 */
export async function drillTemplate(say: (line: string) => void, signal: AbortSignal): Promise<TemplateProof> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-template-'));
  try {
    const template = synthesizeTemplate(ownConfiguration(), join(stateDir, 'cdk.out'));
    const running = await startTemplate({
      template,
      stateDir,
      kubeconfigSecret: 'restitch/kubeconfig',
      instanceTag: SettingsEnvironment.parse({}).INSTANCE_TAG,
      log: logTo(say),
    });
    const { gate, standIns } = running;
    const approving = setInterval(() => void approveAll(standIns.slack), APPROVE_EVERY_MS);
    try {
      const reconciled = await drill(running, say, signal);
      for (const document of ['apply', 'restart-agent'] as const)
        standIns.ssm.faults.add({ kind: 'document-fails', document, instanceId: null, times: 1_000 });
      const bounced = await drill(running, say, signal);
      const scheduled = await running.runSchedules();
      const shown = await shownOutcomes(running);
      return { drills: [reconciled, bounced], scheduled, shown, refused: gate.refused, called: gate.called };
    } finally {
      clearInterval(approving);
      await running.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

const Shown = z.object({ incidents: z.array(z.object({ incidentId: z.string(), outcome: z.unknown() })) });

/** Every page of an incident is read, as a browser does. */
async function shownOutcomes({ consoleUrl = '' }: RunningTemplate): Promise<readonly unknown[]> {
  const [[accessKeyId, { secret: secretAccessKey }] = ['', { secret: '' }]] = Object.entries(viewers);
  const caller = { region: REGION, credentials: { accessKeyId, secretAccessKey } };
  const read = async (path: string): Promise<unknown> => {
    const answer = await getFromFunctionUrl(`${consoleUrl}${path}`, 'GET', {}, caller);
    if (!answer.ok) throw new Error(`the console answers ${answer.status} for ${path}: ${await answer.text()}`);
    return answer.json();
  };
  const { incidents } = Shown.parse(await read('api/overview'));
  for (const { incidentId } of incidents)
    for (const part of ['line', 'case', 'receipt']) await read(`api/incidents/${incidentId}/${part}`);
  return incidents.map(({ outcome }) => outcome).toReversed();
}

/** restitch.config.yaml beside this file. */
export function ownConfiguration() {
  const reading = readConfiguration(readFileSync(join(import.meta.dirname, 'restitch.config.yaml'), 'utf8'));
  if (reading.type === 'read') return reading.configuration;
  throw new TypeError(reading.findings.map(({ text }) => text).join('\n'));
}

function drill({ runtime, standIns }: RunningTemplate, say: (line: string) => void, signal: AbortSignal) {
  const fault = findFault(FAULT);
  if (fault === undefined) throw new TypeError(`the catalogue has no ${FAULT}`);
  const tell = ({ seconds, text }: { readonly seconds: number; readonly text: string }) =>
    say(`${seconds.toFixed(1).padStart(6)} s  ${text}`);
  return runDrill(runtime, standIns.fleet, fault, tell, signal);
}

function logTo(say: (line: string) => void): Log {
  const write = (event: string, fields: LogFields) => say(`${event} ${JSON.stringify(fields)}`);
  return { info: () => undefined, warn: write, error: write };
}
