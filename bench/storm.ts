import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Incident } from '../core/incident/incident.ts';
import type { Runtime } from '../local/runtime.ts';
import { report } from './bench-table.ts';
import { inProcess, startPlugged } from './plugged.ts';
import { alertOf, postWebhook, webhookOf } from './webhooks.ts';

/**
 * `node bench/storm.ts [--json]`: the hub of 1,000 nodes fails, and 750 of them alert at once. Everything is what `npm start` runs, in one process with
 * queue, table and durable engine of its own. Run Command and the Kubernetes API are the stand-ins, in another process, in front of hosts that
 * are made up: each command takes a second, an agent works five at once, and a kubelet out of reach costs the API its time-out. Measured
 * are the seconds until each alert is decided: its incident is held by the hub's, handed over or diagnosed.
 */
const NODES = 1_000;
const ALERTS = 750;
const COMMAND_MS = 1_000;
const LONGEST_SECONDS = 300;
const LOOK_EVERY_MS = 3_000;
/** Alertmanager sends a group of alerts as one webhook. */
const GROUP = 50;

/** Seconds since the first webhook. */
const Measured = z.object({
  ...{ all: z.number(), half: z.number(), looks: z.number() },
  ...{ commands: z.number(), cpuSeconds: z.number(), megabytes: z.number() },
});
type Measured = z.infer<typeof Measured>;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, folder: { type: 'string' } } });
if (values.folder === undefined) await tell();
else process.stdout.write(JSON.stringify(await play(values.folder)));

async function tell(): Promise<void> {
  const { all, half, looks, commands, cpuSeconds, megabytes } = Measured.parse(
    JSON.parse(await inProcess(import.meta.filename)),
  );
  report({
    title: `the hub of ${NODES} nodes fails, and ${ALERTS} of them alert: until every alert is decided`,
    columns: ['alerts', 'all after s', 'half after s', 'nodes looked at', 'commands', 'CPU s', 'MB at most'],
    rows: [[String(ALERTS), all, half, looks, commands, cpuSeconds, megabytes]],
  });
}

async function play(folder: string): Promise<Measured> {
  const plugged = await startPlugged(folder, { nodes: NODES, commandMs: COMMAND_MS });
  try {
    await plugged.fallSick(['hub-1']);
    const measured = await measure(plugged.runtime, plugged.leaves.slice(0, ALERTS));
    return { ...measured, commands: await plugged.commandsSent() };
  } finally {
    await plugged.close();
  }
}

async function measure(
  { webhookUrl, token, store }: Runtime,
  alerting: readonly string[],
): Promise<Omit<Measured, 'commands'>> {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let megabytes = 0;
  let half: number | undefined;
  for (let from = 0; from < alerting.length; from += GROUP)
    await postWebhook(webhookUrl, token, webhookOf(alerting.slice(from, from + GROUP).map(alertOf)));
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const seconds = Math.round((performance.now() - begin) / 1_000);
    megabytes = Math.max(megabytes, Math.round(process.memoryUsage().rss / 1_048_576));
    const incidents = (await store.listRecent(2 * NODES)).filter(({ shared }) => shared === undefined);
    const decided = incidents.filter(isDecided).length;
    if (decided >= alerting.length / 2) half ??= seconds;
    if (decided === alerting.length) {
      const { user, system } = process.cpuUsage(cpu);
      const cpuSeconds = Math.round((user + system) / 1e6);
      const looks = incidents.filter(({ diagnosis }) => diagnosis !== null).length;
      return { all: seconds, half: half ?? seconds, looks, cpuSeconds, megabytes };
    }
    if (seconds > LONGEST_SECONDS) throw new Error(`${decided} of ${alerting.length} are decided after ${seconds} s`);
  }
}

function isDecided({ phase }: Incident): boolean {
  return phase !== 'opened' && phase !== 'diagnosing';
}
