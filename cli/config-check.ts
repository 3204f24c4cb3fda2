import { formatFinding } from '../adapters/yaml/finding.ts';
import type { Cluster } from '../configuration/cluster.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import { clustersByStack } from '../configuration/shared-stacks.ts';
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
    const what = clustersByStack(clusters).map(describeStack).join(', ');
    out(reading.type === 'read' ? `${file} is right: ${what}.` : `Errors: ${findings.length}.`);
  }
  return findings.length === 0 ? 0 : 1;
}

/** `west, east in 444455556666/eu-west-1 (stack Restitch)`. */
function describeStack(clusters: readonly [Cluster, ...Cluster[]]): string {
  const names = clusters.map(({ name, account }) =>
    account === undefined ? name : `${name} in ${account.id}/${account.region}`,
  );
  return `${names.join(', ')} (stack ${clusters[0].stack.name})`;
}
