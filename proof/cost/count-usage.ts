import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import { findFault } from '../../lab/faults/catalogue.ts';
import { runDrill } from '../../local/drill.ts';
import { ownConfiguration } from '../template/drill-template.ts';
import { functionIdOf } from '../template/entry-points.ts';
import { startTemplate } from '../template/start-template.ts';
import { resourcesOf, type SynthesizedTemplate, synthesizeTemplate } from '../template/synthesized-template.ts';
import { followLogs } from './logged.ts';
import type { Counted, FunctionId, Standing } from './usage.ts';
import { createUsageMeter } from './usage-meter.ts';

const FAULT = 'fdb-flushed';
const KUBECONFIG_SECRET = 1;

/** Runs the template on the local endpoints and counts a pass of sweep over a healthy fleet, and one incident that is repaired. */
export async function countUsage(say: (line: string) => void, signal: AbortSignal): Promise<Counted> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-cost-'));
  try {
    const template = synthesizeTemplate(ownConfiguration(), join(stateDir, 'cdk.out'));
    const meter = createUsageMeter();
    const log = { info: () => undefined, warn: say, error: say };
    const instanceTag = SettingsEnvironment.parse({}).INSTANCE_TAG;
    const running = await startTemplate({
      ...{ template, stateDir, instanceTag, log, meter },
      kubeconfigSecret: 'restitch/kubeconfig',
    });
    const logged = followLogs(stateDir);
    try {
      // The first pass does what later ones find done.
      await running.runSchedules();
      meter.take(0);
      const first = logged();
      await running.runSchedules();
      const second = logged();
      const pass = meter.take(second.bytes);
      const written = new Set([...first.metrics, ...second.metrics]).size;
      const fault = findFault(FAULT);
      if (fault === undefined) throw new TypeError(`the catalogue has no ${FAULT}`);
      const drill = await runDrill(running.runtime, running.standIns.fleet, fault, ({ text }) => say(text), signal);
      if (!drill.healed) throw new TypeError(`the incident did not heal: ${drill.why}`);
      const incident = meter.take(logged().bytes);
      const countedOn = new Date().toISOString().slice(0, 10);
      return { countedOn, incident, pass, standing: standingOf(template, written), memory: memoryOf(template) };
    } finally {
      await running.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** `written`: how many metrics the functions write while nothing happens. */
function standingOf(template: SynthesizedTemplate, written: number): Standing {
  const count = (type: string) => resourcesOf(template, type).length;
  return {
    alarms: count('AWS::CloudWatch::Alarm'),
    secrets: count('AWS::SecretsManager::Secret') + KUBECONFIG_SECRET,
    customMetrics: count('AWS::Logs::MetricFilter') + written,
    dashboards: count('AWS::CloudWatch::Dashboard'),
  };
}

function memoryOf(template: SynthesizedTemplate): Readonly<Record<FunctionId, number>> {
  const Properties = z.object({ MemorySize: z.number() });
  const of = (id: FunctionId) =>
    Properties.parse(template.resources[functionIdOf(template, id)]?.Properties).MemorySize;
  return {
    ...{ Intake: of('Intake'), Dispatch: of('Dispatch'), Runbook: of('Runbook') },
    ...{ Approval: of('Approval'), Notify: of('Notify'), Sweep: of('Sweep') },
  };
}
