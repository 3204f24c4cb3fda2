import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';

/** What the outputs of Restitch's stack name (lib/restitch-stack.ts). */
export interface StackOutputs {
  readonly tableName: string;
  readonly queueUrl: string;
  readonly webhookUrl: string;
  /** The ARN of the secret with the webhook's tokens. */
  readonly webhookSecretId: string;
  /** What `restitch doctor` needs besides. Undefined: a stack from before it. */
  readonly slackSecretId: string | undefined;
  readonly documentPrefix: string | undefined;
  readonly instanceTag: string | undefined;
  /** The name of the secret with the functions' kubeconfig. Undefined: an EKS cluster, or such a stack. */
  readonly kubeconfigSecretId: string | undefined;
  /** What `restitch config render` fills in: where Slack sends clicks, and the roles that an EKS cluster lets in. Undefined: none. */
  readonly interactivityUrl: string | undefined;
  readonly runbookRoleArn: string | undefined;
  readonly sweepRoleArn: string | undefined;
  /** Where the command line decides. Undefined: a stack from before it could. */
  readonly decisionUrl: string | undefined;
  /** Where the console page is. Undefined: the stack has none. */
  readonly consoleUrl: string | undefined;
  /** The names that alerts give the cluster. Empty: a stack from before version 0.2.0 does not say. */
  readonly clusters: readonly string[];
  /** Each cluster of a stack that serves several, or one in another account. Empty: the only one is described by the rest. */
  readonly served: readonly ServedOutput[];
}

/** What an output says of one cluster (lib/add-cluster-outputs.ts). */
export const ServedOutput = z.object({
  names: z.array(z.string()).min(1),
  instanceTag: z.string(),
  nodeNames: z.array(z.string()),
  kubeconfigSecret: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
});

export type ServedOutput = z.infer<typeof ServedOutput>;

/** Reads them. Throws `RestitchError` (code `configuration`) that says which stack or output is missing, or why nothing can be read. */
export async function readStackOutputs(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
): Promise<StackOutputs> {
  const { Outputs: outputs = [], StackStatus: status } = await describe(client, stackName);
  const find = (key: string) => outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
  const output = (key: string) => {
    const value = find(key);
    if (value !== undefined) return value;
    throw failure(`the stack ${stackName} (${status}) has no output ${key}: it is no stack of Restitch, or not ready`);
  };
  return {
    tableName: output('TableName'),
    queueUrl: output('QueueUrl'),
    webhookUrl: output('WebhookUrl'),
    webhookSecretId: output('WebhookSecretArn'),
    slackSecretId: find('SlackSecretArn'),
    documentPrefix: find('DocumentPrefix'),
    instanceTag: find('InstanceTag'),
    kubeconfigSecretId: find('KubeconfigSecret'),
    interactivityUrl: find('SlackInteractivityUrl'),
    runbookRoleArn: find('RunbookRoleArn'),
    sweepRoleArn: find('SweepRoleArn'),
    decisionUrl: find('DecisionUrl'),
    consoleUrl: find('ConsoleUrl'),
    clusters: (find('Clusters') ?? '').split(',').filter((name) => name !== ''),
    served: outputs
      .flatMap(({ OutputKey = '', OutputValue = '' }) => servedIn(OutputKey, OutputValue))
      .toSorted((a, b) => a.number - b.number)
      .map(({ cluster }) => cluster),
  };
}

async function describe(client: Pick<CloudFormationClient, 'send'>, stackName: string): Promise<Stack> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    if (stack !== undefined) return stack;
  } catch (error) {
    throw translate(error, stackName);
  }
  throw failure(`there is no stack ${stackName}`);
}

/** DescribeStacks answers `ValidationError` to the name of a stack that there is not (its API reference). */
function translate(error: unknown, stackName: string): RestitchError {
  if (!(error instanceof Error)) return toRestitchError('configuration', error);
  switch (error.name) {
    case 'ValidationError':
      return failure(`there is no stack ${stackName} in this account and region: ${error.message}`, error);
    case 'CredentialsProviderError':
      return failure(`the stack ${stackName} cannot be read without AWS credentials: ${error.message}`, error);
    default:
      return toRestitchError('configuration', error);
  }
}

function failure(message: string, cause?: unknown): RestitchError {
  return new RestitchError('configuration', message, { retryable: false, cause });
}

/** `Cluster1`, `Cluster2`, …: CloudFormation gives outputs in no order. */
function servedIn(key: string, value: string): readonly { readonly number: number; readonly cluster: ServedOutput }[] {
  const [, number] = /^Cluster(\d+)$/.exec(key) ?? [];
  if (number === undefined) return [];
  const parsed = ServedOutput.safeParse(JSON.parse(value));
  if (!parsed.success) throw failure(`the output ${key} cannot be read: is the stack of another version?`);
  return [{ number: Number(number), cluster: parsed.data }];
}
