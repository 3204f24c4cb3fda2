import { losesPaths, pathMatrix } from '../core/evidence/path-matrix.ts';
import type { CliIo } from './cli-io.ts';
import { type EvidenceOptions, readEvidence } from './evidence-options.ts';
import { pathReport } from './path-report.ts';

/** `restitch paths`. Exit code 1: a path is lost, or none was measured. */
export async function paths(options: EvidenceOptions, io: CliIo): Promise<number> {
  const matrix = pathMatrix(await readEvidence('paths', options, io.environment));
  if (options.json) io.out(JSON.stringify(matrix));
  else for (const line of pathReport(matrix, io.colours ?? false)) io.out(line);
  return matrix.families.length === 0 || losesPaths(matrix) ? 1 : 0;
}
