import type { Environment, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { addStack } from './add-stack.ts';
import { givenConfiguration } from './given-configuration.ts';
import { vpcOf } from './vpc-of.ts';

/** What a stack of Restitch is made of. */
export interface RestitchProps {
  /**
   * The keys of restitch.config.yaml as an object, with the clusters of one stack. `restitch.config.schema.json` in this package describes them. What a
   * prop below gives counts instead of the same thing here.
   */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Absent: `stack.name` of the clusters, or Restitch. */
  readonly stackName?: string;
  /** Absent: `stack.account` and `stack.region` of the clusters, else wherever the app is deployed. */
  readonly env?: Environment;
  /** Where the two functions that call the Kubernetes API stand. It needs `securityGroups`. */
  readonly vpc?: IVpc;
  /** Which of its subnets. Absent: the private ones. */
  readonly vpcSubnets?: SubnetSelection;
  /** Of those two functions. */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** Is told of every alarm, and of its end. */
  readonly notificationTopic?: ITopic;
  /** Encrypts what the stack stores. */
  readonly encryptionKey?: IKey;
  /** Of every role of the stack. Those in other accounts have that of their `account`. */
  readonly permissionsBoundary?: IManagedPolicy;
  /** Of every resource. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Restitch for one cluster or several, as a stack of its own, and a small one in each other account of theirs. Throws `RestitchError` (code `configuration`) with one line per mistake.
 */
export class Restitch extends Construct {
  /** The stack. `restitch --stack NAME` reads its outputs. */
  readonly stack: Stack;
  /** In the accounts of clusters that are not the stack's own. They are deployed before it. */
  readonly accessStacks: readonly Stack[];

  constructor(scope: Construct, id: string, props: RestitchProps) {
    super(scope, id);
    const { stackName, env, notificationTopic, encryptionKey, permissionsBoundary, tags } = props;
    const { configuration, clusters } = givenConfiguration(props);
    // An id that CDK leaves out of the names of resources: they are those of this repository's app.
    const { stack, accessStacks } = addStack(this, 'Default', clusters, configuration, {
      ...(stackName === undefined ? {} : { stackName }),
      ...(env === undefined ? {} : { env }),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary: permissionsBoundary.managedPolicyArn }),
      ...(tags === undefined ? {} : { tags }),
      settings: {
        ...vpcOf(props),
        ...(notificationTopic === undefined ? {} : { alarmTopic: notificationTopic.topicArn }),
        ...(encryptionKey === undefined ? {} : { encryptionKey: encryptionKey.keyArn }),
      },
    });
    this.stack = stack;
    this.accessStacks = accessStacks;
  }
}
