import { readFile } from 'node:fs/promises';
import { parseInventory } from '../adapters/inventory/inventory-yaml.ts';
import { type Evidence, measuredBy } from '../core/evidence/evidence.ts';
import type { NodeObject } from '../core/evidence/node-object.ts';
import { parseEvidence } from '../core/evidence/parse-evidence.ts';
import { checkInventory } from '../core/inventory/check-inventory.ts';
import { type Difference, describeDifference } from '../core/inventory/difference.ts';
import type { Inventory, InventoryReading } from '../core/inventory/inventory.ts';
import { checkHubPeers } from '../core/recorded-fleet/check-hub-peers.ts';
import { checkNodeObjects } from '../core/recorded-fleet/check-node-objects.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { collectEvidence } from '../functions/runbook/look/collect-evidence.ts';
import type { RunbookSettings } from '../functions/runbook/settings.ts';
import { loadLocalConfig } from '../local/config.ts';
import type { EvidenceSource } from '../local/evidence-source.ts';
import type { CliIo } from './cli-io.ts';
import { openSource } from './evidence-options.ts';
import type { CheckOptions } from './inventory-options.ts';
import { UsageError } from './usage-error.ts';

/** What the record is compared with. */
interface Fleet {
  readonly nodes: readonly NodeObject[];
  /** One or more looks in which hubs were read; empty: no peers to compare with. */
  readonly looks: readonly Evidence[];
}

/** `restitch inventory check`. Exit code 1: something disagrees. */
export async function checkRecord(options: CheckOptions, io: CliIo): Promise<number> {
  const config = loadLocalConfig(io.environment);
  const settings = settingsFrom(config);
  const { file, evidence, lab, stateDir } = options;
  if (lab && evidence !== undefined) throw new UsageError('give --lab or --evidence, not both');
  const isStored = file !== undefined && evidence !== undefined;
  const source = isStored ? undefined : await openSource({ lab, stateDir }, config);
  try {
    const inventory = usable(file === undefined ? await recorded(source, settings) : await fromFile(file));
    const fleet = evidence === undefined ? await living(source, inventory, options, settings) : await stored(evidence);
    const { hubs, differences: peers } = comparePeers(inventory, fleet.looks);
    const differences = [
      ...checkInventory(inventory),
      ...checkNodeObjects(inventory, fleet.nodes, settings.labels),
      ...peers,
    ];
    if (options.json) io.out(JSON.stringify({ agrees: differences.length === 0, differences, hubs }));
    else for (const line of report(differences, fleet, hubs)) io.out(line);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await source?.close();
  }
}

function report(differences: readonly Difference[], { nodes }: Fleet, hubs: readonly string[]): readonly string[] {
  const peers = hubs.length === 0 ? '' : ` and the peers of ${hubs.join(', ')}`;
  const compared = `compared with ${nodes.length} Node objects${peers}`;
  const gap = hubs.length === 0 ? ['No hub’s peers were compared: give --evidence FILE or --lab.'] : [];
  if (differences.length === 0) return [`The inventory agrees: ${compared}.`, ...gap];
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  return [...differences.map(describeDifference), `${count}, ${compared}.`, ...gap];
}

/** Each hub of the record that was read in one of the looks; the first reading counts. */
function comparePeers(inventory: Inventory, looks: readonly Evidence[]) {
  const hubs = hubsOf(inventory);
  const read = new Map<string, readonly Difference[]>();
  for (const reading of looks.flatMap(({ readings }) => readings)) {
    const measured = measuredBy(reading);
    if (measured?.wireguard == null || read.has(reading.host) || !hubs.includes(reading.host)) continue;
    read.set(reading.host, checkHubPeers(inventory, reading.host, measured));
  }
  return { hubs: [...read.keys()], differences: [...read.values()].flat() };
}

function hubsOf({ nodes }: Inventory): readonly string[] {
  return [...new Set(Object.values(nodes).flatMap(({ hub }) => hub ?? []))];
}

async function fromFile(file: string): Promise<InventoryReading> {
  const reading = parseInventory(await readFile(file, 'utf8'));
  return reading.type === 'unusable' ? { ...reading, reason: `${file} is no inventory: ${reading.reason}` } : reading;
}

async function recorded(
  source: EvidenceSource | undefined,
  { inventoryNamespace }: RunbookSettings,
): Promise<InventoryReading> {
  const reading = (await source?.ports.cluster.readInventory(inventoryNamespace)) ?? { type: 'absent' as const };
  if (reading.type !== 'absent') return reading;
  return { type: 'unusable', reason: `there is no ConfigMap ${inventoryNamespace}/restitch-inventory: give a FILE` };
}

/** Throws with the reason when there is nothing to compare. */
function usable(reading: InventoryReading): Inventory {
  if (reading.type === 'read') return reading.inventory;
  throw new Error(reading.type === 'absent' ? 'there is no inventory' : reading.reason);
}

async function stored(file: string): Promise<Fleet> {
  const parsed = parseEvidence(await readFile(file, 'utf8'));
  if (parsed.type === 'invalid') throw new Error(`${file} is no evidence: ${parsed.why}`);
  return { nodes: parsed.evidence.nodes, looks: [parsed.evidence] };
}

/** In the lab each hub is looked at; elsewhere a look takes Systems Manager, so only stored evidence shows peers. */
async function living(
  source: EvidenceSource | undefined,
  inventory: Inventory,
  { lab }: CheckOptions,
  settings: RunbookSettings,
): Promise<Fleet> {
  if (source === undefined) return { nodes: [], looks: [] };
  const nodes = await source.ports.cluster.listNodes();
  const looks: Evidence[] = [];
  for (const node of lab ? hubsOf(inventory) : []) {
    const purpose = `check.${node.slice(0, 40)}.${source.ports.clock().toString(36)}`;
    const collected = await collectEvidence({ cluster: 'cluster', node }, purpose, source.ports, settings);
    if (collected.type === 'collected') looks.push(collected.evidence);
  }
  return { nodes, looks };
}
