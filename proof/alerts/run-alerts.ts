import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import { renderedFiles } from '../../monitoring/rendered-files.ts';
import { allRules } from '../../monitoring/rules/rule-groups.ts';
import {
  type CoverageRow,
  coverageOf,
  coverageReport,
  HYPOTHESIS_WANTED,
  isRight,
  shareRight,
} from './coverage-report.ts';
import { firedAlerts, nameOf } from './fired-alerts.ts';
import type { Recording } from './record-fault.ts';
import { watchVariants } from './watch-variants.ts';

/**
 * `npm run alerts [-- --only NAME,NAME] [--variants]`: which alert fires for each fault that record-faults.ts recorded, and which class it says
 * first. Writes docs/alert-coverage.md when every fault of the catalogue was recorded. Exit code 1: too few hypotheses are right.
 * With `--variants` every healthy fleet that differs is brought up instead. Exit code 1: an alert fires there.
 */
const { values } = parseArgs({ options: { only: { type: 'string' }, variants: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '..', '..');
const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'restitch-rules-'));
const ruleFile = join(folder, 'restitch.rules.yml');
const names = allRules.map(({ name }) => name);
const chosen = (name: string) => values.only?.split(',').includes(name) ?? true;
try {
  await writeFile(ruleFile, renderedFiles()['rules/restitch.rules.yml'] ?? '');
  const isGood = values.variants
    ? await watchVariants(
        variantCatalogue.filter(({ name }) => chosen(name)),
        ruleFile,
        names,
        say,
      )
    : await coverFaults();
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function coverFaults(): Promise<boolean> {
  const rows: CoverageRow[] = [];
  const unrecorded: string[] = [];
  for (const fault of faultCatalogue.filter(({ name }) => chosen(name))) {
    const file = join(root, '.restitch', 'alerts', `${fault.name}.json`);
    if (!existsSync(file)) {
      unrecorded.push(fault.name);
      continue;
    }
    const recording: Recording = JSON.parse(await readFile(file, 'utf8'));
    const row = coverageOf(fault, await firedAlerts(recording, ruleFile, names));
    rows.push(row);
    const first = row.first === null ? 'none' : `${nameOf(row.first.labels)} after ${row.first.afterMinutes} min`;
    const told = [first, ...row.further.map(nameOf)].join(', ');
    say(
      `${isRight(row) ? 'right' : 'WRONG'}  ${fault.name.padEnd(34)} ${fault.label.class}/${fault.label.cause} | ${row.hypothesis} | ${told}`,
    );
  }
  say(`${rows.filter(isRight).length} of ${rows.length} right`);
  if (unrecorded.length > 0) say(`not recorded: ${unrecorded.join(', ')}`);
  else if (values.only === undefined) await writeFile(join(root, 'docs', 'alert-coverage.md'), coverageReport(rows));
  return shareRight(rows) >= HYPOTHESIS_WANTED;
}
