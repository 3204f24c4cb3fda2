import type { Construct } from 'constructs';
import type { Configuration } from '../configuration/configuration.ts';
import { clustersByStack } from '../configuration/shared-stacks.ts';
import type { AccessStack } from './access-stack.ts';
import { addStack } from './add-stack.ts';
import type { RestitchStack } from './restitch-stack.ts';

/** The stacks of the file, in its order, each followed by what it needs in other accounts. */
export function addStacks(app: Construct, configuration: Configuration): readonly (RestitchStack | AccessStack)[] {
  return clustersByStack(configuration.clusters).flatMap((clusters) => {
    const { stack, accessStacks } = addStack(app, clusters[0].stack.name, clusters, configuration);
    return [stack, ...accessStacks];
  });
}
