import { diagnose as diagnoseEvidence } from '../core/diagnosis/diagnose.ts';
import type { CliIo } from './cli-io.ts';
import { diagnosisReport } from './diagnosis-report.ts';
import { EVIDENCE_HELP, parseEvidenceOptions, readEvidence } from './evidence-options.ts';

const HELP = `restitch diagnose: what is wrong with a node's pod network. Changes nothing.

${EVIDENCE_HELP}
  --json            the diagnosis as one JSON object`;

/** `restitch diagnose`. Exit code 0: there is a diagnosis, whatever it says. */
export async function diagnose(args: readonly string[], io: CliIo): Promise<number> {
  const values = parseEvidenceOptions('diagnose', args);
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  const evidence = await readEvidence(values, io.environment);
  const diagnosis = diagnoseEvidence(evidence);
  if (values.json) io.out(JSON.stringify(diagnosis));
  else for (const line of diagnosisReport(evidence.target.node, diagnosis)) io.out(line);
  return 0;
}
