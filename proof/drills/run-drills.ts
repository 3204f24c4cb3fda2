import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Fault, variantOf } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { faultPairs } from '../../lab/faults/pairs/fault-pairs.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { chooseFaults } from '../choose-faults.ts';
import { withLabRuntime } from '../with-lab-runtime.ts';
import { drillFault, resolveDrill } from './drill-fault.ts';
import { drillReport, GENTLE_SHARE_WANTED, scoreDrills } from './drill-report.ts';
import type { DrillRow } from './drill-row.ts';

/**
 * `npm run drills [-- --pairs] [-- --only NAME,NAME]`: the whole chain for every fault of the catalogue, on one runtime per
 * variant that faults are for. Writes docs/drill-report.md, which `--only` and `--pairs` leave alone. With `--pairs` two faults
 * at once: both are repaired, or a person is called. Exit code 1: some incident did not end as expected, or something was done
 * that no fault called for.
 */
const say = (line: string) => process.stdout.write(`${line}\n`);
const { values } = parseArgs({ options: { only: { type: 'string' }, pairs: { type: 'boolean', default: false } } });
const choice = await chooseFaults(values.only, values.pairs ? faultPairs : faultCatalogue);
if (choice.type === 'refused') {
  say(choice.why);
  process.exit(2);
}
const { faults, all } = choice;
/** Drills wait only briefly before a healed incident closes, because there are more than a hundred. */
const soon = { STABLE_SECONDS: '1', SWEEP_SECONDS: '2', RECHECK_SECONDS: '5' };
process.exit(await runDrills());

async function runDrills(): Promise<number> {
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('stopped'));
  });
  const rows: DrillRow[] = [];
  for (const variant of variantCatalogue) {
    const ofVariant = faults.filter((fault) => variantOf(fault) === variant.name);
    const drilled = ofVariant.length === 0 ? [] : await drillOn(variant, ofVariant, stopped);
    if (drilled === 'stopped') return 130;
    rows.push(...drilled);
  }
  if (all && !values.pairs)
    await writeFile(join(import.meta.dirname, '..', '..', 'docs', 'drill-report.md'), drillReport(rows));
  const { repairable, healed, gently, unexpected } = scoreDrills(rows);
  say(`${healed} of ${repairable} repairable faults healed, ${gently} without a disruptive rung`);
  for (const fault of unexpected) say(`not as expected: ${fault}`);
  for (const { fault, wrongActs } of rows) for (const act of wrongActs) say(`wrong act: ${fault}: ${act}`);
  if (values.pairs) return unexpected.length === 0 ? 0 : 1;
  return unexpected.length === 0 && gently >= GENTLE_SHARE_WANTED * repairable ? 0 : 1;
}

/** Runs every fault on one runtime. Its fleet is cleared between faults and removed at the end. */
async function drillOn(
  variant: LabVariant,
  ofVariant: readonly Fault[],
  stopped: Promise<'stopped'>,
): Promise<readonly DrillRow[] | 'stopped'> {
  return withLabRuntime(variant, soon, async ({ runtime, fleet, stateDir }) => {
    const rows: DrillRow[] = [];
    for (const fault of ofVariant) {
      const startedAt = Date.now();
      const row = await Promise.race([drillFault(runtime, fleet, fault, stateDir), stopped]);
      if (row === 'stopped') return 'stopped';
      rows.push(row);
      say(progress(row));
      await fleet.clear();
      await resolveDrill(runtime, fault, startedAt);
    }
    return rows;
  });
}

function progress({ fault, outcome, asExpected, rungs, seconds, lostHealthy, lastWords }: DrillRow): string {
  const verdict = asExpected ? 'right' : 'WRONG';
  const took = `${seconds.toEnd.toFixed(1).padStart(6)} s`;
  return `${took}  ${fault.padEnd(34)} ${verdict}  ${outcome.padEnd(15)} ${rungs.join(' → ').padEnd(12)} lost ${lostHealthy ?? '-'}  ${lastWords}`;
}
