import { formatFinding } from '../adapters/yaml/finding.ts';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { localEnvironment } from '../configuration/local-environment.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import type { EnvironmentVariables } from '../functions/parse-environment.ts';
import { readNamedFile } from './read-named-file.ts';
import { UsageError } from './usage-error.ts';

interface ConfigOptions {
  /** A restitch.config.yaml. */
  readonly config?: string | undefined;
  /** One of its clusters. */
  readonly cluster?: string | undefined;
}

/** The environment of `npm start`: what the file says, and over it the process's own. Throws `UsageError` where the file is wrong. */
export async function startEnvironment(
  { config: file, cluster: name }: ConfigOptions,
  environment: EnvironmentVariables,
): Promise<EnvironmentVariables> {
  if (file === undefined) {
    if (name !== undefined) throw new UsageError('--cluster chooses from a file: give --config');
    return environment;
  }
  const configuration = await rightConfiguration(file);
  const cluster = chosen(configuration.clusters, name, file);
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  return {
    ...localEnvironment(cluster, configuration, {
      hasSlack: set['SLACK_API_URL'] !== undefined,
      ownFleet: set['KUBECONFIG'] === undefined,
    }),
    ...set,
  };
}

/** Throws `UsageError` with a line for each mistake. */
export async function rightConfiguration(file: string): Promise<Configuration> {
  const reading = readConfiguration(await readNamedFile(file));
  if (reading.type === 'read') return reading.configuration;
  throw new UsageError(
    ['the file is wrong:', ...reading.findings.map((found) => formatFinding(file, found))].join('\n'),
  );
}

function chosen(clusters: readonly Cluster[], name: string | undefined, file: string): Cluster {
  const fitting = name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
  const [first, ...others] = fitting;
  if (first !== undefined && others.length === 0) return first;
  const names = clusters.map((cluster) => cluster.name).join(', ');
  throw new UsageError(
    first === undefined
      ? `${file} has no cluster ${name}: it has ${names}`
      : `one machine works for one cluster: give --cluster, one of ${names}`,
  );
}
