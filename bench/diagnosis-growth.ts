import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { examine } from '../core/diagnosis/diagnose.ts';
import { planRepair } from '../core/repair/plan-repair.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/diagnosis-growth.ts [--json]`: the CPU that one diagnosis and its plan take in fleets of several sizes, with the exponent
 * of its growth between the last two, and the most memory that a process needs which does nothing else. Faults of which every entry of a host
 * differs, and of which one does. Medians of five; each size in a process of its own, which reads the evidence from a file.
 */
const ROUNDS = 5;
const SIZES = [10, 100, 1_000, 5_000];
const FAULTS = ['fdb-flushed', 'fdb-one-peer-missing', 'native-peer-missing'];

const Measured = z.object({ cpuSeconds: z.number(), megabytesOfOne: z.number(), megabytesOfAll: z.number() });
type Measured = z.infer<typeof Measured>;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, evidence: { type: 'string' } } });
if (values.evidence === undefined) await compare();
else process.stdout.write(JSON.stringify(await measure(values.evidence)));

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
  try {
    const rows: (string | number)[][] = [];
    for (const fault of FAULTS) rows.push(await rowOf(fault, folder));
    report({
      title: 'CPU of a diagnosis and its plan, and the memory of the whole process',
      columns: [
        ...['fault', ...SIZES.map((peers) => `${peers} peers, ms`), 'exponent'],
        ...[`MB after one with ${SIZES.at(-1)}`, `after ${ROUNDS}`],
      ],
      rows,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rowOf(fault: string, folder: string): Promise<(string | number)[]> {
  // They are large, and none of it is to be in the process that is measured.
  const { evidenceFixtures } = await import('../test/fixtures/evidence.ts');
  const { grownFleet } = await import('../test/fakes/grown-fleet.ts');
  const fixture = evidenceFixtures().find(({ fault: { name } }) => name === fault);
  if (fixture === undefined) throw new Error(`there is no stored evidence of ${fault}`);
  const sizes: (Measured & { readonly peers: number })[] = [];
  for (const peers of SIZES) {
    const file = join(folder, `${fault}-${peers}.json`);
    await writeFile(file, JSON.stringify(grownFleet(fixture.evidence, peers)));
    sizes.push({ peers, ...inProcess(file) });
  }
  const [smaller, larger] = sizes.slice(-2);
  if (smaller === undefined || larger === undefined) throw new Error('an exponent needs two sizes');
  const exponent = Math.log(larger.cpuSeconds / smaller.cpuSeconds) / Math.log(larger.peers / smaller.peers);
  const milliseconds = sizes.map(({ cpuSeconds }) => Math.round(cpuSeconds * 1_000));
  const megabytes = [larger.megabytesOfOne, larger.megabytesOfAll].map(Math.round);
  return [fault, ...milliseconds, Number(exponent.toFixed(2)), ...megabytes];
}

function inProcess(file: string): Measured {
  const options = ['--disable-warning=ExperimentalWarning', import.meta.filename, '--evidence', file];
  return Measured.parse(JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' })));
}

async function measure(file: string): Promise<Measured> {
  const text = await readFile(file, 'utf8');
  const rounds = Array.from({ length: ROUNDS }, () => {
    const evidence = JSON.parse(text);
    const before = process.cpuUsage();
    planRepair(examine(evidence));
    const { user, system } = process.cpuUsage(before);
    return { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1_024 };
  });
  return {
    cpuSeconds: median(
      rounds.map(({ seconds }) => seconds),
      6,
    ),
    megabytesOfOne: rounds[0]?.megabytes ?? Number.NaN,
    megabytesOfAll: rounds.at(-1)?.megabytes ?? Number.NaN,
  };
}
