import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { report } from './bench-table.ts';
import { inProcess, startPlugged } from './plugged.ts';
import { alertOf, postWebhook, webhookOf } from './webhooks.ts';

/**
 * `node bench/own-faults.ts [--json]`: 60 nodes lose their forwarding entries at once, each by itself: how many nodes a second one process with all
 * that `npm start` runs repairs, verifies twice and gives back, in a fleet of 1,000. Hosts are made up, and answer at once;
 * Run Command and the Kubernetes API are in another process.
 */
const SICK = 60;
const NODES = 1_000;
const LOOK_EVERY_MS = 1_000;
const LONGEST_SECONDS = 120;

const Measured = z.object({
  ...{ seconds: z.number(), perSecond: z.number(), cpuSecondsEach: z.number(), megabytes: z.number() },
});
type Measured = z.infer<typeof Measured>;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, folder: { type: 'string' } } });
if (values.folder === undefined) await tell();
else process.stdout.write(JSON.stringify(await play(values.folder)));

async function tell(): Promise<void> {
  const { seconds, perSecond, cpuSecondsEach, megabytes } = Measured.parse(
    JSON.parse(await inProcess(import.meta.filename)),
  );
  report({
    title: `${SICK} of ${NODES} nodes with a fault of their own, repaired and given back`,
    columns: ['nodes', 'all after s', 'nodes a second', 'CPU s each', 'MB at most'],
    rows: [[String(SICK), seconds, perSecond, cpuSecondsEach, megabytes]],
  });
}

async function play(folder: string): Promise<Measured> {
  const plugged = await startPlugged(folder, { nodes: NODES, commandMs: 0 });
  const { runtime, leaves } = plugged;
  const sick = leaves.slice(0, SICK);
  try {
    await plugged.fallSick(sick);
    const begin = performance.now();
    const cpu = process.cpuUsage();
    await postWebhook(runtime.webhookUrl, runtime.token, webhookOf(sick.map(alertOf)));
    let megabytes = 0;
    for (let done = 0; done < SICK; ) {
      await sleep(LOOK_EVERY_MS);
      done = (await runtime.store.listRecent(2 * SICK)).filter(({ phase }) => phase === 'closed').length;
      megabytes = Math.max(megabytes, Math.round(process.memoryUsage().rss / 1_048_576));
      if (performance.now() - begin > LONGEST_SECONDS * 1_000)
        throw new Error(`${done} of ${SICK} are given back after ${LONGEST_SECONDS} s`);
    }
    const seconds = (performance.now() - begin) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: Math.round(seconds),
      perSecond: rounded(SICK / seconds, 1),
      cpuSecondsEach: rounded((user + system) / 1e6 / SICK, 2),
      megabytes,
    };
  } finally {
    await plugged.close();
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
