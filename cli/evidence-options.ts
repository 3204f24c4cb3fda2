import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Evidence } from '../core/evidence/evidence.ts';
import { parseEvidence } from '../core/evidence/parse-evidence.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { collectEvidence } from '../functions/runbook/look/collect-evidence.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { type LocalConfig, loadLocalConfig } from '../local/config.ts';
import { cloudSource, type EvidenceSource, fleetSource } from '../local/evidence-source.ts';
import { UsageError } from './usage-error.ts';

/** Help for the options that say where evidence comes from. */
export const EVIDENCE_HELP = `  --evidence FILE   from stored evidence; - reads standard input
  --node NAME       collects evidence from the cluster (KUBECONFIG) through Systems Manager (AWS_* variables)
  --cluster NAME    the cluster's name in what is stored (default: cluster)
  --lab             with --node: from the fleet of \`restitch lab up\`
  --state-dir DIR   with --lab: its folder (default .restitch-lab)
  --save FILE       with --node: stores the evidence`;

const options = {
  evidence: { type: 'string' },
  node: { type: 'string' },
  cluster: { type: 'string', default: 'cluster' },
  lab: { type: 'boolean', default: false },
  'state-dir': { type: 'string', default: '.restitch-lab' },
  save: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export type EvidenceOptions = ReturnType<typeof parseEvidenceOptions>;

/** Throws `UsageError` for an unknown option, and unless there is exactly one source. */
export function parseEvidenceOptions(command: string, args: readonly string[]) {
  const values = parse(args);
  if (!values.help && (values.evidence === undefined) === (values.node === undefined))
    throw new UsageError(`${command} needs either --evidence FILE or --node NAME`);
  return values;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads stored evidence or collects it. For an invalid file the error says what is wrong and where. */
export async function readEvidence(
  values: EvidenceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Evidence> {
  const { evidence: file, node = '', save } = values;
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
  const source = await openSource({ lab: values.lab, stateDir: values['state-dir'] }, config);
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
