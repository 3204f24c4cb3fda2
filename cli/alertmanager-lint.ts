import { formatFinding } from '../adapters/yaml/finding.ts';
import { type LintReport, lintConfiguration } from '../monitoring/alertmanager/lint/lint-configuration.ts';
import type { CliIo } from './cli-io.ts';
import { readNamedFile } from './read-named-file.ts';

export interface LintOptions {
  /** The webhook's url. Undefined: every webhook counts as Restitch's. */
  readonly url?: string | undefined;
  readonly json: boolean;
}

/** `restitch alertmanager lint`. Exit code 1: there are errors. */
export async function alertmanagerLint(file: string, { url, json }: LintOptions, { out }: CliIo): Promise<number> {
  const report = lintConfiguration(await readNamedFile(file), url);
  if (json) out(JSON.stringify({ file, url: url ?? null, ...report }));
  else for (const line of linesOf(file, url, report)) out(line);
  return report.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function linesOf(
  file: string,
  url: string | undefined,
  { findings, receivers, alerts }: LintReport,
): readonly string[] {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const reached = receivers.length === 0 ? 'No alerts' : `${alerts} alerts of monitoring/rules`;
  const by = receivers.length === 0 ? '' : ` by ${receivers.join(', ')}`;
  return [
    ...findings.map((finding) => formatFinding(file, finding)),
    `${reached} reach Restitch${by}. Errors: ${count('error')}, warnings: ${count('warning')}.`,
    ...(url === undefined ? ['Every webhook counted as Restitch’s: give --url to tell it from others.'] : []),
  ];
}
