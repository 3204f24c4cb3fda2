import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { stopSignals } from '../cli/stop-signals.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { BenchTable, formatTable } from './bench-table.ts';

/**
 * `npm run bench [-- --only NAME]… [--json]`: every benchmark of this folder, one after the other and each in a process of its own. Prints a
 * table each, with `--json` everything as one JSON object, and keeps that in `.restitch/bench.json`. What needs network
 * namespaces is left out, and named, where there are none. Exit code 1: a benchmark failed; 2: wrong usage.
 */
const benches: readonly Bench[] = [
  { name: 'import-time' },
  { name: 'intake' },
  { name: 'diagnosis-growth' },
  { name: 'time-to-mitigate' },
  { name: 'storm' },
  { name: 'own-faults' },
  { name: 'incident-memory' },
  { name: 'diagnose-cost', namespaces: true },
  { name: 'watchdog-cost', namespaces: true },
  { name: 'change-loss', namespaces: true },
];

interface Bench {
  readonly name: string;
  readonly namespaces?: boolean;
}

/** As a shell tells a program that Ctrl-C ended. */
const INTERRUPTED = 130;
const KEPT = join(import.meta.dirname, '..', '.restitch', 'bench.json');
const names = benches.map(({ name }) => name);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const wanted = wantedOf(args);
  if ('error' in wanted) {
    process.stderr.write(
      `${wanted.error}\nusage: npm run bench [-- --only NAME]… [--json]; names: ${names.join(', ')}\n`,
    );
    return 2;
  }
  const say = wanted.json ? process.stderr : process.stdout;
  const obstacles = await namespaceObstacles();
  const [processor] = cpus();
  const machine = {
    processors: cpus().length,
    model: processor?.model ?? '',
    node: process.version,
    load: loadavg()[0],
  };
  say.write(`${machine.processors} × ${machine.model}, Node ${machine.node}, load ${machine.load}\n`);
  const results: object[] = [];
  const { signal } = stopSignals(process);
  // A benchmark that is ended leaves its folders here.
  const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
  try {
    for (const bench of wanted.benches) {
      const left =
        bench.namespaces === true && obstacles.length > 0 ? `needs network namespaces: ${obstacles.join('; ')}` : null;
      const result = left === null ? await run(bench, folder, signal) : { leftOut: left };
      if (signal.aborted) return INTERRUPTED;
      results.push({ name: bench.name, ...result });
      say.write(`\n${linesOf(bench, result).join('\n')}\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const whole = JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2);
  await mkdir(dirname(KEPT), { recursive: true });
  await writeFile(KEPT, `${whole}\n`);
  if (wanted.json) process.stdout.write(`${whole}\n`);
  return results.some((result) => 'failed' in result) ? 1 : 0;
}

function wantedOf(args: readonly string[]): { benches: readonly Bench[]; json: boolean } | { error: string } {
  try {
    const options = { only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
    const { only, json } = parseArgs({ args: [...args], options }).values;
    const unknown = only?.find((name) => !names.some((each) => each === name));
    if (unknown !== undefined) return { error: `there is no benchmark ${unknown}` };
    return { json, benches: benches.filter(({ name }) => only === undefined || only.includes(name)) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

type Result = { readonly tables: readonly BenchTable[] } | { readonly failed: string } | { readonly leftOut: string };

function run({ name }: Bench, folder: string, signal: AbortSignal): Promise<Result> {
  const argv = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${name}.ts`), '--json'];
  const child = spawn('env', [`TMPDIR=${folder}`, process.execPath, ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ failed: error.message }));
    child.on('close', (code) => {
      if (code !== 0) return resolve({ failed: `ended with ${code}` });
      resolve({
        tables: printed
          .trim()
          .split('\n')
          .map((line) => BenchTable.parse(JSON.parse(line))),
      });
    });
  });
}

function linesOf({ name }: Bench, result: Result): readonly string[] {
  if ('tables' in result) return result.tables.flatMap(formatTable);
  return ['failed' in result ? `${name} failed: ${result.failed}` : `${name} is left out: ${result.leftOut}`];
}
