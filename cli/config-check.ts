import { formatFinding } from '../adapters/yaml/finding.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import type { CliIo } from './cli-io.ts';
import { readNamedFile } from './read-named-file.ts';

/** `restitch config check`. Exit code 1: there are errors. */
export async function configCheck(file: string, { json }: { readonly json: boolean }, { out }: CliIo): Promise<number> {
  const reading = readConfiguration(await readNamedFile(file));
  const findings = reading.type === 'invalid' ? reading.findings : [];
  const clusters = reading.type === 'read' ? reading.configuration.clusters : [];
  if (json) out(JSON.stringify({ file, findings, clusters: clusters.map(({ name }) => name) }));
  else {
    for (const finding of findings) out(formatFinding(file, finding));
    const what = clusters.map(({ name, stack }) => `${name} (stack ${stack.name})`).join(', ');
    out(reading.type === 'read' ? `${file} is right: ${what}.` : `Errors: ${findings.length}.`);
  }
  return findings.length === 0 ? 0 : 1;
}
