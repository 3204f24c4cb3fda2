import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Fault, variantOf } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { faultPairs } from '../../lab/faults/pairs/fault-pairs.ts';
import { createNamespaceFleet } from '../../lab/namespaces/create-namespace-fleet.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { loadLocalConfig } from '../../local/config.ts';
import { fleetSource } from '../../local/evidence-source.ts';
import { chooseFaults } from '../choose-faults.ts';
import { diagnoseFault } from './diagnose-fault.ts';
import { matrixReport } from './matrix-report.ts';
import { runVariants } from './run-variants.ts';
import { isRight, type MatrixRow, score, shortcomings } from './score.ts';

/**
 * `npm run matrix [-- --only NAME,NAME] [--dry]`: every fault of the catalogue is diagnosed and scored, in one lab per
 * variant that faults are for.
 * Writes docs/diagnosis-matrix.md and test/fixtures/evidence, or test/fixtures/field where the diagnosis is wrong; `--only` and `--dry` leave the report alone. Exit code 1:
 * the diagnosis is not good enough. With `--variants` every healthy fleet that differs is diagnosed instead, without a fault.
 * With `--pairs` two faults at once are diagnosed, and either answer is right; nothing is written.
 */
const root = join(import.meta.dirname, '..', '..');
/** Evidence that is diagnosed right, and evidence that is not yet: the rules' tests read both. */
const fixtures = { right: join(root, 'test', 'fixtures', 'evidence'), wrong: join(root, 'test', 'fixtures', 'field') };
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    dry: { type: 'boolean', default: false },
    variants: { type: 'boolean', default: false },
    pairs: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

if (values.variants) {
  const only = values.only?.split(',');
  const variants = variantCatalogue.filter(({ name }) => only?.includes(name) ?? true);
  process.exit((await runVariants(variants, values.dry, say)) ? 0 : 1);
}

const choice = await chooseFaults(values.only, values.pairs ? faultPairs : faultCatalogue);
if (choice.type === 'refused') {
  say(choice.why);
  process.exit(2);
}
const { faults } = choice;
const all = choice.all && !values.pairs;
const dry = values.dry || values.pairs;
/** Faults that could not be made or diagnosed, with what was said. */
const broken: string[] = [];
process.exit(await runMatrix());

async function runMatrix(): Promise<number> {
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('stopped'));
  });
  const rows: MatrixRow[] = [];
  for (const variant of variantCatalogue) {
    const ofVariant = faults.filter((fault) => variantOf(fault) === variant.name);
    const ran = ofVariant.length === 0 ? [] : await runOn(variant, ofVariant, stopped);
    if (ran === 'stopped') return 130;
    rows.push(...ran);
  }
  const result = score(rows);
  if (!dry && all) await writeFile(join(root, 'docs', 'diagnosis-matrix.md'), matrixReport(rows, result));
  const short = [...shortcomings(result), ...broken];
  say(`class ${result.classRight}, cause ${result.causeRight}, host ${result.hostRight} of ${result.faults}`);
  for (const line of short) say(line);
  return short.length === 0 ? 0 : 1;
}

/** Runs every fault on one fleet, which is cleared between faults and removed at the end. */
async function runOn(
  variant: LabVariant,
  ofVariant: readonly Fault[],
  stopped: Promise<'stopped'>,
): Promise<readonly MatrixRow[] | 'stopped'> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-matrix-'));
  const config = loadLocalConfig({ LAB_INVENTORY: 'off', ...variant.settings });
  const fleet = await createNamespaceFleet({ stateDir, orphanGraceSeconds: 1, variant: variant.name });
  const source = await fleetSource(fleet, stateDir, config);
  const rows: MatrixRow[] = [];
  try {
    for (const [index, fault] of ofVariant.entries()) {
      if (index > 0) await fleet.clear();
      const result = await Promise.race([diagnoseFault(fleet, fault, source, config).catch(String), stopped]);
      if (result === 'stopped') return 'stopped';
      if (typeof result === 'string') {
        broken.push(`${fault.name}: ${result}`);
        say(`FAILED: ${fault.name}: ${result}`);
        continue;
      }
      const { row, evidence } = result;
      rows.push(row);
      say(progress(row));
      if (!dry) await store(row, evidence);
    }
    return rows;
  } finally {
    await source.close();
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  }
}

function progress(row: MatrixRow): string {
  const { fault, label, diagnosed, operations, seconds } = row;
  const truth = `${label.class}/${label.cause}@${label.hostAtFault ?? '-'}`;
  const said = `${diagnosed.class}/${diagnosed.cause}@${diagnosed.hostAtFault ?? '-'}`;
  const verdict = isRight(row) ? `right: ${truth}` : `WRONG: ${truth} was called ${said}, ${operations} operations`;
  return `${seconds.toFixed(1).padStart(5)} s  ${fault.padEnd(34)} ${diagnosed.confidence.toFixed(2)}  ${verdict}`;
}

async function store(row: MatrixRow, evidence: unknown): Promise<void> {
  const file = `${row.fault}.json`;
  const [keep, leave] = isRight(row) ? [fixtures.right, fixtures.wrong] : [fixtures.wrong, fixtures.right];
  await mkdir(keep, { recursive: true });
  await writeFile(join(keep, file), `${JSON.stringify(evidence)}\n`);
  await rm(join(leave, file), { force: true });
}
