import { setTimeout as sleep } from 'node:timers/promises';
import { hypothesize } from '../../core/alert/hypothesize.ts';
import { type Examination, examine } from '../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
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
  await Promise.all(fleet.hosts.map(({ name }) => ports.cluster.leaseAgeSeconds(name, Date.now())));
  await fleet.inject(fault.name);
  await sleep(1_000 * (fault.settleSeconds ?? 0));
  const startedAt = Date.now();
  const target = { cluster: 'lab', node: fault.alertingNode };
  const collected = await collectEvidence(
    target,
    `matrix.${fault.name}.${startedAt.toString(36)}`,
    ports,
    settingsFrom(config),
  );
  if (collected.type === 'unknown-target') throw new Error(collected.reason);
  const { evidence } = collected;
  const examination = examine(evidence);
  const { class: faultClass, cause, hostAtFault, confidence } = examination.diagnosis;
  return {
    evidence,
    row: {
      fault: fault.name,
      label: fault.label,
      hypothesis: hypothesize({ alertname: fault.alert, node: fault.alertingNode }),
      diagnosed: { class: faultClass, cause, hostAtFault, confidence },
      operations: recommendedOperations(examination),
      seconds: (Date.now() - startedAt) / 1_000,
    },
  };
}

/** What the first rung of the class's ladder would change. */
export function recommendedOperations(examination: Examination): number {
  if (runbookFor(examination.diagnosis.class) === undefined) return 0;
  return planRepair(examination).hosts.flatMap(({ operations }) => operations).length;
}
