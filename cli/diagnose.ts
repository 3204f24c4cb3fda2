import { diagnose as diagnoseEvidence } from '../core/diagnosis/diagnose.ts';
import type { CliIo } from './cli-io.ts';
import { diagnosisReport } from './diagnosis-report.ts';
import { type EvidenceOptions, readEvidence } from './evidence-options.ts';

/** `restitch diagnose`. Exit code 0: there is a diagnosis, whatever it says. */
export async function diagnose(options: EvidenceOptions, io: CliIo): Promise<number> {
  const evidence = await readEvidence('diagnose', options, io.environment);
  const diagnosis = diagnoseEvidence(evidence);
  if (options.json) io.out(JSON.stringify(diagnosis));
  else for (const line of diagnosisReport(evidence, diagnosis, io.colours ?? false)) io.out(line);
  return 0;
}
