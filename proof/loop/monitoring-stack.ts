import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertmanagerFile, lookback, prometheusFile, ruleFile } from './monitoring-files.ts';

export interface StackOptions {
  /** For configuration, logs and data; must exist. */
  readonly folder: string;
  /** The textfile collector's folder of each host. */
  readonly textfiles: readonly string[];
  readonly webhookUrl: string;
  readonly token: string;
  /** How many times as fast as in production everything runs. */
  readonly factor: number;
}

/** node_exporter for every host, Prometheus and Alertmanager: Debian's programs, on loopback. */
export interface MonitoringStack {
  readonly alertmanagerUrl: string;
  readonly prometheusUrl: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const POLL_MS = 200;
const LOG_LINES = 5;

/** Starts all of it and waits until it answers. Throws with the last lines of the log of the program that does not. */
export async function startMonitoring(options: StackOptions): Promise<MonitoringStack> {
  const { folder, textfiles, webhookUrl, token, factor } = options;
  const [alertmanager = '', prometheus = '', ...exporters] = await freeAddresses(textfiles.length + 2);
  const at = (name: string) => join(folder, name);
  await Promise.all([
    writeFile(at('rules.yml'), ruleFile(factor)),
    writeFile(at('prometheus.yml'), prometheusFile({ rules: at('rules.yml'), exporters, alertmanager }, factor)),
    writeFile(at('token'), token, { mode: 0o600 }),
    writeFile(at('alertmanager.yml'), alertmanagerFile(webhookUrl, at('token'), factor)),
    mkdir(at('data')),
  ]);
  const started: Started[] = [];
  const stop = async () => {
    await Promise.all(started.map(end));
  };
  try {
    for (const [index, listen] of exporters.entries())
      started.push(await start(folder, listen, exporterArgv(listen, textfiles[index] ?? '')));
    started.push(
      await start(folder, alertmanager, [
        'prometheus-alertmanager',
        `--config.file=${at('alertmanager.yml')}`,
        `--storage.path=${at('data')}`,
        '--cluster.listen-address=',
        `--web.listen-address=${alertmanager}`,
      ]),
      await start(folder, prometheus, [
        'prometheus',
        `--config.file=${at('prometheus.yml')}`,
        `--storage.tsdb.path=${at('data/tsdb')}`,
        `--query.lookback-delta=${lookback(factor)}`,
        `--web.listen-address=${prometheus}`,
      ]),
    );
    for (const one of started) await untilReady(one);
  } catch (error) {
    await stop();
    throw error;
  }
  return { alertmanagerUrl: `http://${alertmanager}`, prometheusUrl: `http://${prometheus}`, stop };
}

/** Only the textfile collector: what else node_exporter tells is of this machine, not of a host of the lab. */
function exporterArgv(listen: string, textfiles: string): readonly string[] {
  return [
    'prometheus-node-exporter',
    `--web.listen-address=${listen}`,
    '--web.disable-exporter-metrics',
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${textfiles}`,
  ];
}

interface Started {
  readonly program: string;
  readonly address: string;
  readonly child: ChildProcess;
  readonly log: FileHandle;
  readonly logFile: string;
}

/** The kernel ends it when this process ends, however that happens. */
async function start(folder: string, address: string, argv: readonly string[]): Promise<Started> {
  const [program = ''] = argv;
  const logFile = join(folder, `${program}-${address.split(':').at(-1)}.log`);
  const log = await open(logFile, 'w');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], { stdio: ['ignore', log.fd, log.fd] });
  return { program, address, child, log, logFile };
}

async function untilReady({ program, address, child, logFile }: Started): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const path = program === 'prometheus-node-exporter' ? 'metrics' : '-/ready';
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`http://${address}/${path}`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await sleep(POLL_MS);
  }
  const log = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-LOG_LINES);
  throw new Error([`${program} does not answer at ${address}; its log ends with`, ...log].join('\n'));
}

async function end({ child, log }: Started): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await log.close();
}

/** Addresses of loopback where nothing listens. All are held until all are found, so that no two are the same. */
async function freeAddresses(count: number): Promise<readonly string[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const addresses = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return addresses;
}
