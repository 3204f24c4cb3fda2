import { type Environment, PermissionsBoundary, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { RestitchStack } from './restitch-stack.ts';
import { type StackSettings, stackSettings } from './stack-settings.ts';

/** What is given beside the configuration, and counts instead of what is there. */
export interface StackOverrides {
  readonly stackName?: string;
  readonly env?: Environment;
  /** The ARN of a managed policy. */
  readonly permissionsBoundary?: string;
  /** Beside those of the configuration. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly settings?: Partial<Pick<StackSettings, 'vpc' | 'alarmTopic' | 'encryptionKey'>>;
}

/** The stack of one cluster. `id`: of the construct. */
export function addClusterStack(
  scope: Construct,
  id: string,
  cluster: Cluster,
  configuration: Configuration,
  { stackName, env, permissionsBoundary, tags, settings: overriding }: StackOverrides = {},
): RestitchStack {
  const { account, region } = cluster.stack;
  const boundary = permissionsBoundary ?? cluster.stack.permissionsBoundary;
  const settings = { ...stackSettings(cluster, configuration), ...overriding };
  const stack = new RestitchStack(scope, id, {
    settings,
    stackName: stackName ?? settings.stackName,
    description: 'Restitch: repairs Kubernetes pod networking',
    env: env ?? { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) },
    ...(boundary === undefined ? {} : { permissionsBoundary: PermissionsBoundary.fromArn(boundary) }),
  });
  for (const [name, value] of Object.entries({ ...cluster.stack.tags, ...tags })) Tags.of(stack).add(name, value);
  return stack;
}
