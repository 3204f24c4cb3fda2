import { resolve } from 'node:path';
import { formatFinding } from '../adapters/yaml/finding.ts';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import type { CliIo } from './cli-io.ts';
import { readNamedFile } from './read-named-file.ts';
import { readTemplates } from './render/read-templates.ts';
import { renderCluster, type StackAddresses } from './render/render-cluster.ts';
import { type Written, writeRendered } from './render/write-rendered.ts';
import { withStackOutputs } from './stack-environment.ts';
import { UsageError } from './usage-error.ts';

interface RenderOptions {
  readonly output: string;
  readonly stack?: string | undefined;
  readonly replace: boolean;
  readonly json: boolean;
}

/** `restitch config render`. Exit code 1: the file is wrong, or one that a person changed was left as it is. */
export async function configRender(file: string, options: RenderOptions, io: CliIo): Promise<number> {
  const { output, stack, replace, json } = options;
  const reading = readConfiguration(await readNamedFile(file));
  if (reading.type === 'invalid') {
    for (const finding of reading.findings) io.err(formatFinding(file, finding));
    return 1;
  }
  const { configuration } = reading;
  const { clusters, addresses } = await chosen(configuration, stack, io);
  const files = await filesOf(clusters, configuration, addresses);
  const done = await writeRendered(resolve(output), files, { replace });
  if (json) io.out(JSON.stringify({ files: done }));
  else for (const { file: path, written } of done) io.out(`${words[written].padEnd(10)} ${path}`);
  const kept = done.filter(({ written }) => written === 'kept');
  if (kept.length > 0)
    io.err(`${kept.length} of them a person changed: move your change elsewhere, or replace them with --replace`);
  return kept.length === 0 ? 0 : 1;
}

const words: Readonly<Record<Written, string>> = {
  new: 'new',
  unchanged: 'unchanged',
  updated: 'updated',
  kept: 'KEPT',
  replaced: 'replaced',
};

/** The clusters of the stack with what it knows; without one all clusters. */
async function chosen(
  { clusters }: Configuration,
  stack: string | undefined,
  { environment }: CliIo,
): Promise<{ readonly clusters: readonly Cluster[]; readonly addresses: StackAddresses | undefined }> {
  if (stack === undefined) return { clusters, addresses: undefined };
  const named = clusters.filter((cluster) => cluster.stack.name === stack);
  if (named.length === 0) {
    const names = [...new Set(clusters.map((cluster) => cluster.stack.name))].join(', ');
    throw new UsageError(`no cluster of the file is in a stack ${stack}: it has ${names}`);
  }
  const region = named[0]?.stack.region;
  const place = region === undefined ? environment : { ...environment, AWS_REGION: region };
  const outputs = await withStackOutputs(stack, place, async (read) => read);
  const { webhookUrl, interactivityUrl, runbookRoleArn, sweepRoleArn } = outputs;
  const ofStack = named.filter(({ name }) => outputs.clusters.length === 0 || outputs.clusters.includes(name));
  if (ofStack.length === 0)
    throw new UsageError(`the stack ${stack} serves ${outputs.clusters.join(', ')}, and the file has none of them`);
  return { clusters: ofStack, addresses: { webhookUrl, interactivityUrl, runbookRoleArn, sweepRoleArn } };
}

/** By their paths: each cluster has a folder. */
async function filesOf(
  clusters: readonly Cluster[],
  configuration: Configuration,
  addresses: StackAddresses | undefined,
): Promise<Readonly<Record<string, string>>> {
  const templates = await readTemplates();
  const files: Record<string, string> = {};
  for (const cluster of clusters) {
    const folder = folderOf(cluster.name);
    for (const [name, text] of Object.entries(renderCluster(cluster, configuration, templates, addresses))) {
      const path = `${folder}/${name}`;
      if (path in files) throw new UsageError(`two clusters of the file would share the folder ${folder}: rename one`);
      files[path] = text;
    }
  }
  return files;
}

/** The name of a cluster may have letters that a folder's may not. */
function folderOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^\.+/, '-');
}
