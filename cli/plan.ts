import { applyWrite, awsCommand, undoWrite } from '../core/cloud/route-table-change.ts';
import { formatOperation } from '../core/grammar/operation.ts';
import { permanentChanges } from '../core/repair/permanent-changes.ts';
import type { CliIo } from './cli-io.ts';
import { type EvidenceOptions, readEvidence } from './evidence-options.ts';
import { decidePlan, type PlanDecision } from './plan-decision.ts';
import { planReport } from './plan-report.ts';

/** `restitch plan`. Exit code 0: there is a plan, or nothing to do. */
export async function plan(options: EvidenceOptions, io: CliIo): Promise<number> {
  const decision = decidePlan(await readEvidence('plan', options, io.environment));
  if (options.json) io.out(JSON.stringify(toJson(decision)));
  else for (const line of planReport(decision)) io.out(line);
  return 0;
}

/** `rung`: the stage that comes first, null where there is none. `does`: everything it would do, one line each. */
function toJson({ seen, first, later, byHand }: PlanDecision) {
  const { class: faultClass, cause, confidence } = seen.diagnosis;
  const { hosts = [], routeTables = [] } = first?.plan ?? {};
  return {
    diagnosis: { class: faultClass, cause, confidence },
    rung: first?.stage.name ?? null,
    does: first?.lines ?? [],
    hosts: hosts.map(({ host, operations }) => ({ host, operations: operations.map(formatOperation) })),
    routeTables: routeTables.map((change) => ({
      table: change.table,
      command: awsCommand(change.table, applyWrite(change)),
      undo: awsCommand(change.table, undoWrite(change)),
    })),
    later: later.map(({ stage }) => stage.name),
    byHand,
    permanent: first?.plan ? permanentChanges(first.plan) : [],
  };
}
