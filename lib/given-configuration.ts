import * as z from 'zod';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import { RestitchError } from '../core/restitch-error.ts';
import type { RestitchProps } from './restitch.ts';

const Clusters = z.object({ clusters: z.array(z.looseObject({})) });

/**
 * Checks the configuration of a construct and returns it with its one cluster. Throws `RestitchError` (code `configuration`) with a line
 * for every mistake.
 */
export function givenConfiguration({
  configuration,
  notificationTopic,
}: Pick<RestitchProps, 'configuration' | 'notificationTopic'>): {
  readonly configuration: Configuration;
  readonly cluster: Cluster;
} {
  const given = notificationTopic === undefined ? configuration : withTopic(configuration);
  const reading = readConfiguration(JSON.stringify(given));
  if (reading.type === 'invalid') throw refusal(['', ...reading.findings.map(({ text }) => text)].join('\n'));
  const [cluster, ...more] = reading.configuration.clusters;
  if (cluster === undefined || more.length > 0)
    throw refusal('clusters: a construct is for one cluster: give each of the others a construct of its own');
  return { configuration: reading.configuration, cluster };
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
