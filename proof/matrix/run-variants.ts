import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { type DiagnosedVariant, diagnoseVariant, type VariantRow } from './diagnose-variant.ts';

/** Of the operations that would be run: the first say enough. */
const SHOWN = 3;
const fixtures = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'variants');

/**
 * Every variant is brought up and diagnosed without a fault. Prints a table, and stores the evidence in test/fixtures/variants
 * unless it is `dry`. True when every verdict was healthy and nothing would have been run.
 */
export async function runVariants(
  variants: readonly LabVariant[],
  dry: boolean,
  say: (line: string) => void,
): Promise<boolean> {
  say('| variant | alert about | diagnosed | confidence | operations | s |');
  say('| --- | --- | --- | --- | --- | --- |');
  let good = true;
  for (const variant of variants) {
    const found = await diagnoseVariant(variant).catch((error: unknown) => String(error));
    if (typeof found === 'string') {
      good = false;
      say(`| ${variant.name} | | **${found}** | | | |`);
      continue;
    }
    for (const { row } of found) {
      for (const line of describe(row)) say(line);
      good &&= row.healthy && row.operations.length === 0;
    }
    if (!dry) await store(found);
  }
  return good;
}

function describe({
  variant,
  node,
  diagnosed,
  healthy,
  confidence,
  operations,
  seconds,
}: VariantRow): readonly string[] {
  const verdict = healthy ? 'healthy' : `**${diagnosed}**`;
  const columns = [variant, node, verdict, confidence.toFixed(2), operations.length, seconds.toFixed(1)];
  return [`| ${columns.join(' | ')} |`, ...operations.slice(0, SHOWN).map((line) => `  ${line}`)];
}

async function store(found: readonly DiagnosedVariant[]): Promise<void> {
  await mkdir(fixtures, { recursive: true });
  for (const { row, evidence } of found)
    await writeFile(join(fixtures, `${row.variant}.${row.node}.json`), `${JSON.stringify(evidence)}\n`);
}
