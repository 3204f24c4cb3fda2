import { writeFile } from 'node:fs/promises';
import { printInventory } from '../adapters/inventory/inventory-yaml.ts';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import { checkInventory } from '../core/inventory/check-inventory.ts';
import { describeDifference } from '../core/inventory/difference.ts';
import { type Lesson, learnEntry } from '../core/recorded-fleet/learn-entry.ts';
import { learnInventory } from '../core/recorded-fleet/learn-inventory.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { collectEvidence, type EvidencePorts } from '../functions/runbook/look/collect-evidence.ts';
import type { RunbookSettings } from '../functions/runbook/settings.ts';
import { loadLocalConfig } from '../local/config.ts';
import type { CliIo } from './cli-io.ts';
import { openSource } from './evidence-options.ts';
import type { LearnOptions } from './inventory-options.ts';

/** `restitch inventory learn`. Exit code 1: a node was left out, or what was learnt contradicts itself. */
export async function learnRecord({ lab, stateDir, json, output }: LearnOptions, io: CliIo): Promise<number> {
  const config = loadLocalConfig(io.environment);
  const source = await openSource({ lab, stateDir }, config);
  try {
    const lessons = await learnFleet(source.ports, settingsFrom(config), io);
    const inventory = learnInventory(lessons);
    const contradictions = checkInventory(inventory);
    const refused = lessons.flatMap(([node, lesson]) =>
      lesson.type === 'refused' ? [{ node, reason: lesson.reason }] : [],
    );
    for (const { node, reason } of refused) io.err(`${node} is left out: ${reason}`);
    for (const contradiction of contradictions) io.err(describeDifference(contradiction));
    const text = printInventory(inventory);
    if (output !== undefined) await writeFile(output, text);
    if (json) io.out(JSON.stringify({ inventory, refused, contradictions }));
    else if (output === undefined) io.out(text.trimEnd());
    return refused.length + contradictions.length === 0 ? 0 : 1;
  } finally {
    await source.close();
  }
}

/** One look per node, one after the other: together they would disturb each other's measurements at the hub. */
async function learnFleet(
  ports: EvidencePorts,
  settings: RunbookSettings,
  { err }: Pick<CliIo, 'err'>,
): Promise<readonly (readonly [string, Lesson])[]> {
  const lessons: (readonly [string, Lesson])[] = [];
  for (const { metadata } of await ports.cluster.listNodes()) {
    const { name } = metadata;
    err(`looking at ${name}`);
    lessons.push([name, await learnNode(name, ports, settings)]);
  }
  return lessons;
}

async function learnNode(node: string, ports: EvidencePorts, settings: RunbookSettings): Promise<Lesson> {
  const purpose = `learn.${node.slice(0, 40)}.${ports.clock().toString(36)}`;
  const collected = await collectEvidence({ cluster: 'cluster', node }, purpose, ports, settings);
  if (collected.type === 'unknown-target') return { type: 'refused', reason: collected.reason };
  return learnEntry(collected.evidence, diagnose(collected.evidence), settings.labels);
}
