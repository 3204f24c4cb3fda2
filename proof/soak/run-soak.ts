import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { variantOf } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { folderMegabytes } from '../../local/folder-size.ts';
import { makeStateDir, removeStateDir } from '../../test/e2e/restitch-process.ts';
import { chooseFaults } from '../choose-faults.ts';
import { type EpisodeRow, playEpisode } from './episode.ts';
import { describePlan, planEpisode } from './episode-plan.ts';
import { type SoakReading, soakReport, summarize } from './soak-report.ts';
import { type SoakedProcess, startSoaked } from './soaked-process.ts';

/**
 * `npm run soak [-- --hours N] [--seed N] [--episode N]`: one episode after the other on one lab and one state folder, for so long: a random
 * fault, random people, the process killed at random moments. Writes docs/soak-report.md; `--episode` plays that one alone and
 * writes nothing. Exit code 1: something ended otherwise than it should; 2: wrong usage.
 */
const USAGE = 'usage: npm run soak [-- --hours N] [--seed N] [--episode N]';
/** The lab's plain fleet. Where several nodes alert for one fault, episodes do not tell who did the work. */
const faults = faultCatalogue.filter((fault) => variantOf(fault) === 'vxlan' && fault.alsoAlerting === undefined);
const READ_EVERY = 10;
const say = (line: string) => process.stdout.write(`${line}\n`);

const Options = z.object({
  hours: z.coerce.number().positive().max(1_000).default(2),
  seed: z.coerce.number().int().min(1).max(20_000).default(1),
  episode: z.coerce.number().int().min(1).optional(),
});

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const choice = await chooseFaults(undefined);
  if (choice.type === 'refused') {
    say(choice.why);
    return 2;
  }
  return soak(options);
}

function readOptions(): z.infer<typeof Options> | undefined {
  try {
    const text = { type: 'string' } as const;
    return Options.parse(parseArgs({ options: { hours: text, seed: text, episode: text } }).values);
  } catch (error) {
    process.stderr.write(`${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}\n`);
    return undefined;
  }
}

async function soak({ hours, seed, episode }: z.infer<typeof Options>): Promise<number> {
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('stopped'));
  });
  const stateDir = await makeStateDir();
  const startedAt = Date.now();
  const rows: EpisodeRow[] = [];
  const readings: SoakReading[] = [];
  const soaked = await startSoaked(stateDir);
  try {
    const first = episode ?? 1;
    const isOver = () => rows.length > 0 && (episode !== undefined || Date.now() - startedAt > hours * 3_600_000);
    for (let number = first; !isOver(); number++) {
      if (rows.length % READ_EVERY === 0) readings.push(await readProcess(soaked, rows.length));
      const row = await Promise.race([playEpisode(soaked, planEpisode(faults, seed, number), number), stopped]);
      if (row === 'stopped') break;
      rows.push(row);
      say(progress(row));
    }
    readings.push(await readProcess(soaked, rows.length));
  } finally {
    await soaked.end();
    await removeStateDir(stateDir);
  }
  const result = { seed, hours: (Date.now() - startedAt) / 3_600_000, rows, readings };
  if (episode === undefined && rows.length > 0)
    await writeFile(join(import.meta.dirname, '..', '..', 'docs', 'soak-report.md'), soakReport(result));
  say(summarize(result));
  return rows.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
}

function progress({ number, plan, seconds, outcomes, wrong }: EpisodeRow): string {
  const verdict = wrong.length === 0 ? 'right' : `WRONG: ${wrong.join('; ')}`;
  return `${String(number).padStart(4)}  ${String(seconds).padStart(3)} s  ${plan.fault.name.padEnd(32)} ${outcomes.join(', ').padEnd(15)} ${verdict}  (${describePlan(plan)})`;
}

async function readProcess(soaked: SoakedProcess, episodes: number): Promise<SoakReading> {
  const status = await readFile(`/proc/${soaked.now().pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
  return {
    episodes,
    megabytes: Math.round(kilobytes / 1_024),
    storedMegabytes: await folderMegabytes(soaked.stateDir),
  };
}
