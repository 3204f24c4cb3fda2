import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createJsonLog } from '../adapters/aws/json-log.ts';
import { isoTime } from '../adapters/iso-time.ts';
import { faultForDrill } from '../lab/faults/catalogue.ts';
import { loadLocalConfig } from '../local/config.ts';
import { runDrill } from '../local/drill.ts';
import { type Runtime, startRuntime } from '../local/runtime.ts';
import type { CliIo } from './cli-io.ts';
import { openLogFile } from './log-file.ts';
import { portFrom } from './port-from.ts';
import { startEnvironment } from './start-environment.ts';
import { stopSignals } from './stop-signals.ts';
import { UsageError } from './usage-error.ts';

/** What the command line says. */
interface StartOptions {
  readonly cluster?: string | undefined;
  readonly config?: string | undefined;
  readonly drill?: string | undefined;
  readonly failApply: boolean;
  readonly json: boolean;
  readonly port?: string | undefined;
  readonly stateDir: string;
}

/** `restitch start`. Ends with Ctrl-C, or with the drill. */
export async function start(given: StartOptions, io: CliIo): Promise<number> {
  const port = portFrom(given.port);
  const options = { ...given, stateDir: resolve(given.stateDir) };
  const fault = options.drill === undefined ? undefined : faultForDrill(options.drill);
  if (options.drill !== undefined && fault === undefined)
    throw new UsageError(`no fault or class is called ${options.drill}: see restitch lab list`);
  const config = loadLocalConfig(await startEnvironment(given, io.environment));
  await mkdir(options.stateDir, { recursive: true });
  const logFile = openLogFile(join(options.stateDir, 'restitch.log'), (trouble) => io.err(trouble));
  const stop = stopSignals(process);
  const log = createJsonLog({ write: (line) => logFile.write(line) });
  const runtime = await startRuntime({ stateDir: options.stateDir, port, config, log });
  try {
    announce(runtime, options, io);
    if (fault === undefined) {
      await stop.requested;
      return 0;
    }
    return await drill(runtime, fault, options, io, stop.signal);
  } finally {
    await runtime.close();
    logFile.end();
    // Open sockets to a Slack or a cluster that hangs must not delay the exit.
    setTimeout(() => process.exit(), 500).unref();
  }
}

function announce(runtime: Runtime, options: StartOptions, { out }: CliIo): void {
  const { webhookUrl, token, url: consoleUrl, approvalUrl, services } = runtime;
  if (options.json) {
    out(JSON.stringify({ webhookUrl, token, consoleUrl, approvalUrl, stateDir: options.stateDir }));
    return;
  }
  out('');
  out('  Restitch is at work.');
  for (const remark of services.remarks) out(`  ${remark}`);
  out('');
  out(`  console   ${consoleUrl}`);
  out(`  webhook   ${webhookUrl}`);
  out(`  token     ${token}`);
  out(`  log       ${join(options.stateDir, 'restitch.log')}`);
  if (options.drill === undefined) {
    out('');
    out('  Try, in another terminal:  npm start -- --drill vxlan-wedge --state-dir .restitch-drill');
    out('  Ctrl-C ends it.');
  }
  out('');
}

async function drill(
  runtime: Runtime,
  fault: NonNullable<ReturnType<typeof faultForDrill>>,
  options: StartOptions,
  { out }: CliIo,
  signal: AbortSignal,
): Promise<number> {
  const { fleet, ssm } = runtime.services.own;
  if (fleet === undefined)
    throw new UsageError('a drill breaks nodes on purpose: it needs a fleet of the lab, not your cluster');
  if (options.failApply) {
    for (const document of ['apply', 'restart-agent'] as const)
      ssm?.faults.add({ kind: 'document-fails', document, instanceId: null, times: 1_000 });
  }
  const result = await runDrill(
    runtime,
    fleet,
    fault,
    (line) => out(options.json ? JSON.stringify(line) : `${line.seconds.toFixed(1).padStart(6)} s  ${line.text}`),
    signal,
  );
  if (options.json) {
    out(JSON.stringify(result));
  } else {
    out('');
    out(`  Receipt of ${result.incident?.incidentId ?? '-'}`);
    for (const entry of result.receipt) out(`  ${isoTime(entry.at)}  ${entry.event.padEnd(18)}  ${entry.summary}`);
    out('');
    out(result.healed ? `  Healed: ${result.why}.` : `  Not healed: ${result.why}.`);
  }
  return result.healed ? 0 : 1;
}
