import { diagnosisReport } from '../../../cli/diagnosis-report.ts';
import { decidePlan } from '../../../cli/plan-decision.ts';
import { planReport } from '../../../cli/plan-report.ts';
import { printable } from '../../../cli/printable.ts';
import { parseEvidence } from '../../../core/evidence/parse-evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { parseOperation } from '../../../core/grammar/parse-operation.ts';
import { evidenceSamples } from '../evidence-samples.ts';
import type { FuzzTarget } from '../target.ts';

/** Stored evidence: read, diagnosed and planned for, and printed as `restitch diagnose` and `restitch plan` do. */
export const evidence: FuzzTarget = {
  name: 'evidence',
  samples: evidenceSamples(),
  format: 'json',
  share: 3,
  receive: async (text) => {
    const parsed = parseEvidence(text);
    if (parsed.type === 'invalid') return { refused: [parsed.why] };
    const decision = decidePlan(parsed.evidence);
    for (const { operations } of decision.first?.plan?.hosts ?? [])
      for (const line of operations.map(formatOperation))
        if (parseOperation(line) === undefined) throw new Error(`a plan has a line outside the grammar: ${line}`);
    const lines = [...diagnosisReport(parsed.evidence, decision.seen.diagnosis, false), ...planReport(decision)];
    return { printed: lines.map((line) => printable(line)) };
  },
};
