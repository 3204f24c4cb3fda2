import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { variantOf } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { faultPairs } from '../../lab/faults/pairs/fault-pairs.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import { chooseFaults } from '../choose-faults.ts';
import { diagnoseOnVariant, type MatrixProgress, progressLine } from './diagnose-on-variant.ts';
import { faultsOnVariants } from './faults-on-variants.ts';
import { matrixReport } from './matrix-report.ts';
import { runVariants } from './run-variants.ts';
import { isRight, type MatrixRow, score, shortcomings } from './score.ts';

/**
 * `npm run matrix [-- --only NAME,NAME] [--dry]`: every fault of the catalogue is diagnosed and scored, in one lab per
 * variant that faults are for.
 * Writes docs/diagnosis-matrix.md and test/fixtures/evidence, or test/fixtures/field where the diagnosis is wrong; `--only` and `--dry` leave the report alone. Exit code 1:
 * the diagnosis is not good enough. With `--variants` every healthy fleet that differs is diagnosed instead, without a fault; with
 * `--variants --faults` with each of the commonest faults, `--only VARIANT,VARIANT/FAULT` some of them; nothing is written.
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
    faults: { type: 'boolean', default: false },
    pairs: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

if (values.variants && !values.faults) {
  const only = values.only?.split(',');
  const variants = variantCatalogue.filter(({ name }) => only?.includes(name) ?? true);
  process.exit((await runVariants(variants, values.dry, say)) ? 0 : 1);
}

const choice = values.faults
  ? faultsOnVariants(values.only)
  : await chooseFaults(values.only, values.pairs ? faultPairs : faultCatalogue);
if (choice.type === 'refused') {
  say(choice.why);
  process.exit(2);
}
const isCatalogue = !values.pairs && !values.faults;
const all = choice.all && isCatalogue;
const dry = values.dry || !isCatalogue;
/** Faults that could not be made or diagnosed, with what was said. */
const broken: string[] = [];
process.exit(await runMatrix());

async function runMatrix(): Promise<number> {
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('stopped'));
  });
  const rows: MatrixRow[] = [];
  const progress: MatrixProgress = {
    diagnosed: async (row, evidence) => {
      rows.push(row);
      say(progressLine(row));
      if (!dry) await store(row, evidence);
    },
    failed: ({ name }, why) => {
      broken.push(`${name}: ${why}`);
      say(`FAILED: ${name}: ${why}`);
    },
  };
  for (const variant of variantCatalogue) {
    const own = choice.type === 'chosen' ? choice.faults.filter((fault) => variantOf(fault) === variant.name) : [];
    if (own.length === 0) continue;
    if (!isCatalogue) say(variant.name);
    if ((await diagnoseOnVariant(variant, own, progress, stopped)) === 'stopped') return 130;
  }
  const result = score(rows);
  if (!dry && all) await writeFile(join(root, 'docs', 'diagnosis-matrix.md'), matrixReport(rows, result));
  const short = [...shortcomings(result), ...broken];
  say(`class ${result.classRight}, cause ${result.causeRight}, host ${result.hostRight} of ${result.faults}`);
  for (const line of short) say(line);
  return short.length === 0 ? 0 : 1;
}

async function store(row: MatrixRow, evidence: unknown): Promise<void> {
  const file = `${row.fault}.json`;
  const [keep, leave] = isRight(row) ? [fixtures.right, fixtures.wrong] : [fixtures.wrong, fixtures.right];
  await mkdir(keep, { recursive: true });
  await writeFile(join(keep, file), `${JSON.stringify(evidence)}\n`);
  await rm(join(leave, file), { force: true });
}
