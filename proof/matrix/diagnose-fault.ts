import { setTimeout as sleep } from 'node:timers/promises';
import { type Examination, examine } from '../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
import { planLines } from '../../core/repair/plan.ts';
import { planRepair } from '../../core/repair/plan-repair.ts';
import { settingsFrom } from '../../functions/runbook/config.ts';
import { collectEvidence } from '../../functions/runbook/look/collect-evidence.ts';
import type { Fault } from '../../lab/fault.ts';
import type { Fleet } from '../../lab/fleet.ts';
import type { LocalConfig } from '../../local/config.ts';
import type { EvidenceSource } from '../../local/evidence-source.ts';
import { runbookFor } from '../../runbooks/catalogue.ts';
import type { MatrixRow } from './score.ts';

/** Injects the fault into a healthy fleet, waits for the symptom, and diagnoses with the code of production. */
export async function diagnoseFault(
  fleet: Fleet,
  fault: Fault,
  { ports }: EvidenceSource,
  config: LocalConfig,
): Promise<{ readonly row: MatrixRow; readonly evidence: Evidence }> {
  // Every lease is fresh when the fault is injected, as in the field.
  await ports.cluster.listLeaseAges(Date.now());
  await fleet.inject(fault.name);
  await sleep(1_000 * (fault.settleSeconds ?? 0));
  const { evidence, examination, seconds } = await diagnoseNode(fault.alertingNode, fault.name, ports, config);
  const { class: faultClass, cause, hostAtFault, confidence } = examination.diagnosis;
  return {
    evidence,
    row: {
      fault: fault.name,
      label: fault.label,
      ...(fault.orLabel === undefined ? {} : { orLabel: fault.orLabel }),
      diagnosed: { class: faultClass, cause, hostAtFault, confidence },
      operations: recommendedOperations(examination),
      seconds,
    },
  };
}

/** Diagnoses a node as an alert about it would be. `name` goes into the names of the commands. */
export async function diagnoseNode(node: string, name: string, ports: EvidenceSource['ports'], config: LocalConfig) {
  const startedAt = Date.now();
  const purpose = `matrix.${name}.${startedAt.toString(36)}`;
  const collected = await collectEvidence({ cluster: 'lab', node }, purpose, ports, settingsFrom(config));
  if (collected.type === 'unknown-target') throw new Error(collected.reason);
  const { evidence } = collected;
  return { evidence, examination: examine(evidence), seconds: (Date.now() - startedAt) / 1_000 };
}

/** What the first rung of the class's ladder would change. */
export function recommendedOperations(examination: Examination): number {
  return recommendedLines(examination).length;
}

/** The same, each with its host, as they would be written. */
export function recommendedLines(examination: Examination): readonly string[] {
  if (runbookFor(examination.diagnosis.class) === undefined) return [];
  const { hosts, beyond, device } = planRepair(examination);
  return planLines({ hosts, beyond, device });
}
