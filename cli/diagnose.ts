import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { diagnose as diagnoseEvidence } from '../core/diagnosis/diagnose.ts';
import type { Evidence } from '../core/evidence/evidence.ts';
import { parseEvidence } from '../core/evidence/parse-evidence.ts';
import { collectEvidence } from '../functions/runbook/collect-evidence.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { type LocalConfig, loadLocalConfig } from '../local/config.ts';
import { cloudSource, type EvidenceSource, fleetSource } from '../local/evidence-source.ts';
import type { CliIo } from './cli-io.ts';
import { diagnosisReport } from './diagnosis-report.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch diagnose: what is wrong with a node's pod network. Changes nothing.

  --evidence FILE   from stored evidence; - reads standard input
  --node NAME       collects evidence from the cluster (KUBECONFIG) through Systems Manager (AWS_* variables)
  --cluster NAME    the cluster's name in what is stored (default: cluster)
  --lab             with --node: from the fleet of \`restitch lab up\`
  --state-dir DIR   with --lab: its folder (default .restitch-lab)
  --save FILE       with --node: stores the evidence
  --json            the diagnosis as one JSON object`;

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

/** `restitch diagnose`. Exit code 0: there is a diagnosis, whatever it says. */
export async function diagnose(args: readonly string[], io: CliIo): Promise<number> {
  const values = parse(args);
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  if ((values.evidence === undefined) === (values.node === undefined))
    throw new UsageError('diagnose wants either --evidence FILE or --node NAME');
  const evidence =
    values.evidence === undefined
      ? await collected({ ...values, node: values.node ?? '' }, loadLocalConfig(io.environment))
      : await stored(values.evidence);
  if (values.save !== undefined) await writeFile(values.save, `${JSON.stringify(evidence)}\n`);
  const diagnosis = diagnoseEvidence(evidence);
  if (values.json) io.out(JSON.stringify(diagnosis));
  else for (const line of diagnosisReport(evidence.target.node, diagnosis)) io.out(line);
  return 0;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Throws with what is wrong with the file, and where. */
async function stored(file: string): Promise<Evidence> {
  const parsed = parseEvidence(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'));
  if (parsed.type === 'parsed') return parsed.evidence;
  throw new Error(`${file === '-' ? 'standard input' : file} is no evidence: ${parsed.why}`);
}

interface Wanted {
  readonly node: string;
  readonly cluster: string;
  readonly lab: boolean;
  readonly 'state-dir': string;
}

async function collected(
  { node, cluster, lab, 'state-dir': stateDir }: Wanted,
  config: LocalConfig,
): Promise<Evidence> {
  const source = lab ? await labSource(resolve(stateDir), config) : cloudSource(config);
  try {
    const purpose = `diagnose.${node}.${Date.now().toString(36)}`;
    const result = await collectEvidence({ cluster, node }, purpose, source.ports, settingsFrom(config));
    if (result.type === 'unknown-target') throw new Error(result.reason);
    return result.evidence;
  } finally {
    await source.close();
  }
}

async function labSource(stateDir: string, config: LocalConfig): Promise<EvidenceSource> {
  const obstacles = await namespaceObstacles();
  if (obstacles.length > 0) throw new Error(`the lab cannot run here: ${obstacles.join('; ')}`);
  return fleetSource(await createNamespaceFleet({ stateDir, orphanGraceSeconds: null }), stateDir, config);
}
