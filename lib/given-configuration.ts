import * as z from 'zod';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import { clustersByStack } from '../configuration/shared-stacks.ts';
import { RestitchError } from '../core/restitch-error.ts';
import type { RestitchProps } from './restitch.ts';

const Clusters = z.object({ clusters: z.array(z.looseObject({})) });

/**
 * Checks the configuration of a construct and returns it with its clusters, which share a stack. Throws `RestitchError` (code `configuration`) with a line
 * for every mistake.
 */
export function givenConfiguration({
  configuration,
  notificationTopic,
}: Pick<RestitchProps, 'configuration' | 'notificationTopic'>): {
  readonly configuration: Configuration;
  readonly clusters: readonly [Cluster, ...Cluster[]];
} {
  const given = notificationTopic === undefined ? configuration : withTopic(configuration);
  const reading = readConfiguration(JSON.stringify(given));
  if (reading.type === 'invalid') throw refusal(['', ...reading.findings.map(({ text }) => text)].join('\n'));
  const [clusters, ...more] = clustersByStack(reading.configuration.clusters);
  if (clusters === undefined || more.length > 0)
    throw refusal('clusters: a construct is one stack: write the same stack for all, or give each stack a construct');
  return { configuration: reading.configuration, clusters };
}

/** The configuration must say who is told of alarms. The topic is a prop, whose ARN may not be known before the deployment. */
function withTopic(configuration: RestitchProps['configuration']): unknown {
  const parsed = Clusters.safeParse(configuration);
  if (!parsed.success) return configuration;
  const notification = { nobody: 'the construct has a topic' };
  return { ...configuration, clusters: parsed.data.clusters.map((cluster) => ({ ...cluster, notification })) };
}

function refusal(message: string): RestitchError {
  return new RestitchError('configuration', message, { retryable: false });
}
