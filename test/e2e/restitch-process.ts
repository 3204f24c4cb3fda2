import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { Incident } from '../../core/incident/incident.ts';
import { ReceiptEntry } from '../../core/incident/receipt.ts';

const repository = join(import.meta.dirname, '..', '..');

const FirstLine = z.object({
  webhookUrl: z.url(),
  token: z.string(),
  consoleUrl: z.url(),
  approvalUrl: z.url(),
  stateDir: z.string(),
});

/** A `restitch start --json` of its own, with a state folder that goes with it. */
export interface RestitchProcess extends z.infer<typeof FirstLine> {
  /** Every line after the first, as it was printed. */
  readonly lines: readonly string[];
  readonly pid: number;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  incidents(): Promise<readonly Incident[]>;
  receipt(incidentId: string): Promise<readonly ReceiptEntry[]>;
  /** Ends it as Ctrl-C does and waits. */
  interrupt(): Promise<number | null>;
}

export async function makeStateDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'restitch-e2e-'));
}

export async function startRestitch(
  stateDir: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<RestitchProcess> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'cli/restitch.ts',
      'start',
      '--json',
      '--port',
      '0',
      '--state-dir',
      stateDir,
      ...args,
    ],
    {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The fleet outlives a killed process long enough for the next one, and not much longer.
      env: { ...process.env, STABLE_SECONDS: '1', ORPHAN_GRACE_SECONDS: '30', ...environment },
    },
  );
  const lines: string[] = [];
  let errors = '';
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const first = await firstLine(child, lines, ended, () => errors);
  const get = async (path: string): Promise<unknown> => (await fetch(`${first.consoleUrl}${path}`)).json();
  return {
    ...first,
    lines,
    pid: child.pid ?? 0,
    ended,
    incidents: async () => z.array(Incident).parse(await get('/api/incidents')),
    receipt: async (incidentId) =>
      z.object({ receipt: z.array(ReceiptEntry) }).parse(await get(`/api/incidents/${incidentId}/receipt`)).receipt,
    interrupt: async () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

function firstLine(
  child: ChildProcess,
  lines: string[],
  ended: Promise<number | null>,
  errors: () => string,
): Promise<z.infer<typeof FirstLine>> {
  return new Promise((resolve, reject) => {
    let buffer = '';
    let seen = false;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      buffer += chunk;
      for (let cut = buffer.indexOf('\n'); cut >= 0; cut = buffer.indexOf('\n')) {
        const line = buffer.slice(0, cut);
        buffer = buffer.slice(cut + 1);
        if (seen) lines.push(line);
        else resolve(FirstLine.parse(JSON.parse(line)));
        seen = true;
      }
    });
    void ended.then((code) => reject(new Error(`ended with ${code} before its first line: ${errors()}`)));
  });
}

/** Asks again and again until the answer is there. The test's own time-out ends a wait in vain. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(200);
  }
}

/** The first incident once it is closed. */
export function closedIncident(restitch: RestitchProcess): Promise<Incident> {
  return until(async () => (await restitch.incidents()).find((incident) => incident.phase === 'closed'));
}

const DrillResult = z.object({ healed: z.boolean(), incident: Incident, receipt: z.array(ReceiptEntry) });

/**
 * What a drill says of itself in its last line. Its process ends as soon as the incident is over, so nobody may count on
 * asking its console then.
 */
export async function drillResult(restitch: RestitchProcess): Promise<z.infer<typeof DrillResult>> {
  await restitch.ended;
  return DrillResult.parse(JSON.parse(restitch.lines.at(-1) ?? 'null'));
}

/** Operation keys in the journal of a host: what really ran there. */
export async function journalOf(stateDir: string, host: string): Promise<readonly string[]> {
  const files = await readdir(join(stateDir, 'hosts', host, 'journal'));
  return files.filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
}

/** Removes the state folder. The process must have ended. */
export async function removeStateDir(stateDir: string): Promise<void> {
  await rm(stateDir, { recursive: true, force: true });
}

/** A webhook for one alert about gpu-1, as Alertmanager sends it. */
export function webhookFor(startsAt: Date, status: 'firing' | 'resolved' = 'firing'): unknown {
  const labels = { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1', severity: 'critical' };
  const alert = {
    status,
    labels,
    annotations: {},
    startsAt: startsAt.toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'f00dfeed00000001',
  };
  return { version: '4', receiver: 'restitch', status, alerts: [alert], groupKey: '{}', truncatedAlerts: 0 };
}

export async function post(restitch: RestitchProcess, webhook: unknown): Promise<Response> {
  return fetch(restitch.webhookUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${restitch.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(webhook),
  });
}

/** Breaks the fleet that the process runs, by the same command that a person would use. */
export async function inject(stateDir: string, fault: string): Promise<void> {
  const child = spawn(process.execPath, ['cli/restitch.ts', 'lab', 'inject', fault, '--state-dir', stateDir], {
    cwd: repository,
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => {
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`lab inject ${fault} ended with ${String(code)}`);
}
