import type { App } from 'aws-cdk-lib';
import type { Configuration } from '../configuration/configuration.ts';
import { addClusterStack } from './add-cluster-stack.ts';
import type { RestitchStack } from './restitch-stack.ts';

/** A stack for each cluster of the file, in its order. */
export function addStacks(app: App, configuration: Configuration): readonly RestitchStack[] {
  return configuration.clusters.map((cluster) => addClusterStack(app, cluster.stack.name, cluster, configuration));
}
