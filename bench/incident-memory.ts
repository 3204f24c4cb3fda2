import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { folderMegabytes } from '../local/folder-size.ts';
import { report } from './bench-table.ts';
import { inProcess, startPlugged, stateFolder } from './plugged.ts';
import { alertOf, postWebhook, webhookOf } from './webhooks.ts';

/**
 * `node bench/incident-memory.ts [--json]`: 500 incidents, each of them repaired and closed, 50 at once: what a process with all that `npm start` runs
 * needs after some of them, in use by JavaScript and in all, and how large its state folder is. Hosts are made up, and answer at once.
 */
const NODES = 100;
const AT_ONCE = 50;
const INCIDENTS = 500;
const TOLD_AFTER = [50, 100, 250, 500];
const LOOK_EVERY_MS = 500;
const LONGEST_SECONDS = 120;

const Measured = z.array(
  z.object({ incidents: z.number(), usedMegabytes: z.number(), megabytes: z.number(), folderMegabytes: z.number() }),
);
type Measured = z.infer<typeof Measured>;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, folder: { type: 'string' } } });
if (values.folder === undefined) await tell();
else process.stdout.write(JSON.stringify(await play(values.folder)));

async function tell(): Promise<void> {
  const measured = Measured.parse(JSON.parse(await inProcess(import.meta.filename, ['--expose-gc'])));
  report({
    title: 'memory of one process, and its state folder',
    columns: ['incidents', 'in use, MB', 'in all, MB', 'folder, MB'],
    rows: measured.map((each) => [String(each.incidents), each.usedMegabytes, each.megabytes, each.folderMegabytes]),
  });
}

async function play(folder: string): Promise<Measured> {
  const plugged = await startPlugged(folder, { nodes: NODES, commandMs: 0 });
  const { runtime, leaves } = plugged;
  const closed = async () =>
    (await runtime.store.listRecent(2 * INCIDENTS)).filter(({ phase }) => phase === 'closed').length;
  const measured: Measured = [];
  try {
    for (let done = AT_ONCE; done <= INCIDENTS; done += AT_ONCE) {
      const sick = leaves.slice(done % NODES, (done % NODES) + AT_ONCE);
      await plugged.fallSick(sick);
      await postWebhook(runtime.webhookUrl, runtime.token, webhookOf(sick.map(alertOf)));
      await until(async () => (await closed()) >= done, `${done} incidents are closed`);
      if (TOLD_AFTER.includes(done))
        measured.push({ incidents: done, ...used(), folderMegabytes: await folderMegabytes(stateFolder(folder)) });
    }
    return measured;
  } finally {
    await plugged.close();
  }
}

/** After a collection: garbage is no need. */
function used() {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { usedMegabytes: megabytes(heapUsed + external), megabytes: megabytes(rss) };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

async function until(done: () => Promise<boolean>, what: string): Promise<void> {
  for (const begin = performance.now(); !(await done()); await sleep(LOOK_EVERY_MS))
    if (performance.now() - begin > LONGEST_SECONDS * 1_000) throw new Error(`not after ${LONGEST_SECONDS} s: ${what}`);
}
