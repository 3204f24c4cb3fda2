import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Evidence } from '../core/evidence/evidence.ts';
import { parseEvidence } from '../core/evidence/parse-evidence.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { collectEvidence } from '../functions/runbook/look/collect-evidence.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { type LocalConfig, loadLocalConfig } from '../local/config.ts';
import { cloudSource, type EvidenceSource, fleetSource } from '../local/evidence-source.ts';
import { UsageError } from './usage-error.ts';

/** Where evidence comes from, as the command line says it. */
export interface EvidenceOptions {
  readonly evidence?: string | undefined;
  readonly node?: string | undefined;
  readonly cluster: string;
  readonly lab: boolean;
  readonly stateDir: string;
  readonly save?: string | undefined;
  readonly json: boolean;
}

/**
 * Reads stored evidence or collects it. Throws `UsageError` unless there is exactly one source. For an invalid file the error says
 * what is wrong and where.
 */
export async function readEvidence(
  command: string,
  values: EvidenceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Evidence> {
  const { evidence: file, node = '', save } = values;
  if ((file === undefined) === (values.node === undefined))
    throw new UsageError(`${command} needs either --evidence FILE or --node NAME`);
  const evidence =
    file === undefined ? await collected(node, values, loadLocalConfig(environment)) : await stored(file);
  if (save !== undefined) await writeFile(save, `${JSON.stringify(evidence)}\n`);
  return evidence;
}

async function stored(file: string): Promise<Evidence> {
  const parsed = parseEvidence(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'));
  if (parsed.type === 'parsed') return parsed.evidence;
  throw new Error(`${file === '-' ? 'standard input' : file} is not evidence: ${parsed.why}`);
}

async function collected(node: string, values: EvidenceOptions, config: LocalConfig): Promise<Evidence> {
  const source = await openSource({ lab: values.lab, stateDir: values.stateDir }, config);
  try {
    const purpose = `look.${node}.${Date.now().toString(36)}`;
    const target = { cluster: values.cluster, node };
    const result = await collectEvidence(target, purpose, source.ports, settingsFrom(config));
    if (result.type === 'unknown-target') throw new Error(result.reason);
    return result.evidence;
  } finally {
    await source.close();
  }
}

/** The fleet of `restitch lab up`, or the real services. */
export function openSource(
  { lab, stateDir }: { readonly lab: boolean; readonly stateDir: string },
  config: LocalConfig,
): Promise<EvidenceSource> {
  return lab ? labSource(resolve(stateDir), config) : cloudSource(config);
}

async function labSource(stateDir: string, config: LocalConfig): Promise<EvidenceSource> {
  const obstacles = await namespaceObstacles();
  if (obstacles.length > 0) throw new Error(`the lab cannot run here: ${obstacles.join('; ')}`);
  return fleetSource(await createNamespaceFleet({ stateDir, orphanGraceSeconds: null }), stateDir, config);
}
