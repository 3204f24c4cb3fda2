import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { examine } from '../core/diagnosis/diagnose.ts';
import { planRepair } from '../core/repair/plan-repair.ts';
import { grownFleet } from '../test/fakes/grown-fleet.ts';
import { evidenceFixtures } from '../test/fixtures/evidence.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/diagnosis-growth.ts [--json]`: the CPU that one diagnosis and its plan take in fleets of several sizes, with the exponent
 * of its growth between the last two, and how much more memory a process needs for the last than for the first. Faults of which every entry of a host differs, and of
 * which one does. Medians of five; each size in a process of its own.
 */
const ROUNDS = 5;
const SIZES = [10, 100, 1_000, 5_000];
const FAULTS = ['fdb-flushed', 'fdb-one-peer-missing', 'native-peer-missing'];

const Measured = z.object({ cpuSeconds: z.number(), megabytes: z.number() });
type Measured = z.infer<typeof Measured>;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, fault: { type: 'string' }, peers: { type: 'string' } },
});
if (values.fault === undefined) compare();
else process.stdout.write(JSON.stringify(measure(values.fault, Number(values.peers))));

function compare(): void {
  const rows = FAULTS.map((fault) => {
    const sizes = SIZES.map((peers) => ({ peers, ...inProcess(fault, peers) }));
    const [smaller, larger] = sizes.slice(-2);
    if (smaller === undefined || larger === undefined) throw new Error('an exponent needs two sizes');
    const exponent = Math.log(larger.cpuSeconds / smaller.cpuSeconds) / Math.log(larger.peers / smaller.peers);
    const moreMegabytes = larger.megabytes - (sizes[0]?.megabytes ?? 0);
    const milliseconds = sizes.map(({ cpuSeconds }) => Math.round(cpuSeconds * 1_000));
    return [fault, ...milliseconds, Number(exponent.toFixed(2)), Math.round(moreMegabytes)];
  });
  report({
    title: 'CPU of a diagnosis and its plan',
    columns: ['fault', ...SIZES.map((peers) => `${peers} peers, ms`), 'exponent', 'more MB'],
    rows,
  });
}

function inProcess(fault: string, peers: number): Measured {
  const options = ['--disable-warning=ExperimentalWarning', import.meta.filename];
  const output = execFileSync(process.execPath, [...options, '--fault', fault, '--peers', String(peers)], {
    encoding: 'utf8',
  });
  return Measured.parse(JSON.parse(output));
}

function measure(fault: string, peers: number): Measured {
  const fixture = evidenceFixtures().find(({ fault: { name } }) => name === fault);
  if (fixture === undefined) throw new Error(`there is no stored evidence of ${fault}`);
  const text = JSON.stringify(grownFleet(fixture.evidence, peers));
  const seconds = Array.from({ length: ROUNDS }, () => {
    const evidence = JSON.parse(text);
    const before = process.cpuUsage();
    planRepair(examine(evidence));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return { cpuSeconds: median(seconds, 6), megabytes: process.resourceUsage().maxRSS / 1_024 };
}
