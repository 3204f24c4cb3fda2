import { applyWrite, awsCommand, undoWrite } from '../core/cloud/route-table-change.ts';
import { type Examination, examine } from '../core/diagnosis/diagnose.ts';
import { formatOperation } from '../core/grammar/operation.ts';
import { permanentChanges } from '../core/repair/permanent-changes.ts';
import type { Plan } from '../core/repair/plan.ts';
import { planCloudRoute } from '../core/repair/plan-cloud-route.ts';
import { planRepair } from '../core/repair/plan-repair.ts';
import { runbookFor } from '../runbooks/catalogue.ts';
import type { CliIo } from './cli-io.ts';
import { EVIDENCE_HELP, parseEvidenceOptions, readEvidence } from './evidence-options.ts';
import { planReport } from './plan-report.ts';

const HELP = `restitch plan: what would be changed on which host to heal a node. Changes nothing.

${EVIDENCE_HELP}
  --json            the plan as one JSON object`;

/** `restitch plan`. Exit code 0: there is a plan, or nothing to do. */
export async function plan(args: readonly string[], io: CliIo): Promise<number> {
  const values = parseEvidenceOptions('plan', args);
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  const evidence = await readEvidence(values, io.environment);
  const examination = examine(evidence);
  const { diagnosis } = examination;
  const repair = wholePlan(examination);
  if (values.json) {
    const hosts = repair.hosts.map(({ host, operations }) => ({ host, operations: operations.map(formatOperation) }));
    const { class: faultClass, cause, confidence } = diagnosis;
    const answer = {
      diagnosis: { class: faultClass, cause, confidence },
      hosts,
      routeTables: (repair.routeTables ?? []).map((change) => ({
        table: change.table,
        command: awsCommand(change.table, applyWrite(change)),
        undo: awsCommand(change.table, undoWrite(change)),
      })),
      byHand: repair.beyond,
      permanent: permanentChanges(repair),
    };
    io.out(JSON.stringify(answer));
  } else {
    for (const line of planReport(evidence, diagnosis, repair, runbookFor(diagnosis.class))) io.out(line);
  }
  return 0;
}

/** What the ladder does on hosts, and what the cloud's route tables need where they are the fault. */
function wholePlan(examination: Examination): Plan {
  const { facts, diagnosis } = examination;
  const onHosts = planRepair(examination);
  if (diagnosis.cause !== 'cloud-route-missing') return onHosts;
  const { routeTables = [], beyond } = planCloudRoute(facts);
  return routeTables.length === 0 ? onHosts : { ...onHosts, routeTables, beyond };
}
