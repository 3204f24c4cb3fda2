import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAlertmanagerSource } from '../../adapters/alertmanager/alertmanager-alerts.ts';
import { type Fault, variantOf } from '../../lab/fault.ts';
import { runProgram } from '../../lab/run-program.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { chooseFaults } from '../choose-faults.ts';
import { withLabRuntime } from '../with-lab-runtime.ts';
import { awaitExpectedNetworks } from './await-expected-networks.ts';
import { type LoopParts, type LoopRow, loopFault } from './loop-fault.ts';
import { isClosed, loopReport } from './loop-report.ts';
import { missedAfter } from './missed-watchdog.ts';
import { startMonitoring } from './monitoring-stack.ts';
import { startWatchdogs } from './run-watchdogs.ts';

/**
 * `npm run loop [-- --only NAME,NAME] [--factor N]`: the whole loop with Prometheus, node_exporter and Alertmanager for one fault of
 * each class; then a watchdog stops, and people are told. Intervals are production's divided by the factor, which is printed. Writes
 * docs/loop-report.md, which `--only` leaves alone. Exit code 1: some incident did not end as it should.
 */
const ONE_OF_EACH_CLASS = 'fdb-flushed,nat-flow-stuck,pod-routes-missing,path-mtu-1400,hub-wireguard-down';
const FACTOR = 4;
const SILENCED = 'gpu-2';
/** Production's, in seconds (functions/runbook/config.ts, functions/sweep/config.ts, and the sweep's schedule). */
const PRODUCTION = { STABLE_SECONDS: 60, RECHECK_SECONDS: 300, SWEEP_SECONDS: 60 };
const programs = ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'];

const say = (line: string) => process.stdout.write(`${line}\n`);
const { values } = parseArgs({ options: { only: { type: 'string' }, factor: { type: 'string' } } });
const factor = Number(values.factor ?? FACTOR);
if (!(factor >= 1)) {
  say(`--factor is a number from 1 on, not ${values.factor}`);
  process.exit(2);
}
const choice = await chooseFaults(values.only ?? ONE_OF_EACH_CLASS);
if (choice.type === 'refused') {
  say(choice.why);
  process.exit(2);
}
const versions = await Promise.all(programs.map(versionOf));
const missing = programs.filter((_, index) => versions[index] === undefined);
if (missing.length > 0) {
  say(`not installed: ${missing.join(', ')}`);
  process.exit(2);
}
process.exit(await runLoop(choice.faults));

async function runLoop(faults: readonly Fault[]): Promise<number> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());
  say(`every interval is production’s divided by ${factor}`);
  const rows: LoopRow[] = [];
  let missed: number | null = null;
  for (const variant of variantCatalogue) {
    const ofVariant = faults.filter((fault) => variantOf(fault) === variant.name);
    if (ofVariant.length === 0) continue;
    const looped = await loopOn(variant, ofVariant, stopped.signal);
    if (stopped.signal.aborted) return 130;
    rows.push(...looped.rows);
    missed = looped.missed;
  }
  if (values.only !== undefined) return rows.every(isClosed) ? 0 : 1;
  const known = versions.filter((version) => version !== undefined);
  const report = loopReport({ rows, factor, versions: known, missed });
  await writeFile(join(import.meta.dirname, '..', '..', 'docs', 'loop-report.md'), report);
  return rows.every(isClosed) && missed !== null ? 0 : 1;
}

interface Looped {
  readonly rows: readonly LoopRow[];
  /** Seconds until people were told of a watchdog that stopped. */
  readonly missed: number | null;
}

/** One runtime, one fleet and one monitoring for faults of one variant. */
function loopOn(variant: LabVariant, faults: readonly Fault[], signal: AbortSignal): Promise<Looped> {
  const faster = Object.entries(PRODUCTION).map(([name, seconds]) => [name, String(Math.ceil(seconds / factor))]);
  return withLabRuntime(variant, Object.fromEntries(faster), async ({ runtime, fleet, stateDir }) => {
    // Sweep writes them in its first pass.
    await awaitExpectedNetworks(fleet, 3 * PRODUCTION.SWEEP_SECONDS);
    const watchdogs = await startWatchdogs(fleet, factor);
    try {
      const folder = join(stateDir, 'monitoring');
      await mkdir(folder);
      const { webhookUrl, token } = runtime;
      const stack = await startMonitoring({ folder, textfiles: watchdogs.textfiles, webhookUrl, token, factor });
      try {
        const alerts = createAlertmanagerSource({ url: stack.alertmanagerUrl, receiver: 'restitch', token: undefined });
        const rows = await loopFaults({ runtime, fleet, alerts, signal }, faults);
        if (values.only !== undefined || signal.aborted) return { rows, missed: null };
        const missed = await missedAfter(stack.alertmanagerUrl, watchdogs, SILENCED, signal);
        const told = missed === null ? 'nobody was told' : `told after ${missed.toFixed(1)} s`;
        say(`the watchdog of ${SILENCED} stopped: ${told}`);
        return { rows, missed };
      } finally {
        await stack.stop();
      }
    } finally {
      await watchdogs.stop();
    }
  });
}

async function loopFaults(parts: LoopParts, faults: readonly Fault[]): Promise<readonly LoopRow[]> {
  const rows: LoopRow[] = [];
  for (const fault of faults) {
    const row = await loopFault(parts, fault);
    if (parts.signal.aborted) break;
    rows.push(row);
    say(progress(row));
    await parts.fleet.clear();
  }
  return rows;
}

function progress(row: LoopRow): string {
  const { fault, sent, muted, closedAfter, resolvedAfter } = row;
  const seconds = (value: number | null) => (value === null ? 'never' : `after ${value.toFixed(1)} s`);
  return [
    `${fault}: ${isClosed(row) ? 'right' : 'WRONG'}, ${row.outcome}, closed ${seconds(closedAfter)}, last alert over ${seconds(resolvedAfter)}`,
    `  sent ${sent.join(' ') || '-'}; muted ${muted.join(' ') || '-'}; lost at the end: ${row.broken.join(', ') || 'nothing'}`,
    `  ${row.segments.map(({ name, seconds: spent }) => `${name} ${spent?.toFixed(1) ?? '-'}`).join(', ')}`,
  ].join('\n');
}

/** `prometheus 2.42.0`; undefined: it is not installed. */
async function versionOf(program: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await runProgram([program, '--version']);
  const version = /version (\S+)/.exec(stdout + stderr)?.[1];
  return code === 0 && version !== undefined ? `${program} ${version}` : undefined;
}
