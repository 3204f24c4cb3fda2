import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { readStackOutputs, type StackOutputs } from '../adapters/aws/stack-outputs.ts';
import { awsOptionsFor, pluggedEndpoint } from '../local/aws-clients.ts';
import type { CliIo } from './cli-io.ts';

/**
 * The environment with what a stack's outputs say, under the names of the functions' own variables, and the region in which it was
 * found. Throws `RestitchError`.
 */
export function stackEnvironment(stackName: string, environment: CliIo['environment']): Promise<CliIo['environment']> {
  return withStackOutputs(stackName, environment, async (outputs, region) => {
    const { tableName, queueUrl, webhookUrl, webhookSecretId, clusters } = outputs;
    return {
      ...environment,
      AWS_REGION: region,
      TABLE_NAME: tableName,
      QUEUE_URL: queueUrl,
      WEBHOOK_URL: webhookUrl,
      WEBHOOK_SECRET_ID: webhookSecretId,
      DECISION_URL: outputs.decisionUrl,
      CONSOLE_URL: outputs.consoleUrl,
      SLACK_SECRET_ID: outputs.slackSecretId,
      KUBECONFIG_SECRET_ID: outputs.kubeconfigSecretId,
      ...(outputs.documentPrefix === undefined ? {} : { DOCUMENT_PREFIX: outputs.documentPrefix }),
      ...(outputs.instanceTag === undefined ? {} : { INSTANCE_TAG: outputs.instanceTag }),
      ...(outputs.served.length === 0 ? {} : { SERVED_CLUSTERS: JSON.stringify(outputs.served) }),
      ...(clusters.length === 0 ? {} : { CLUSTERS: clusters.join(',') }),
    };
  });
}

/**
 * Reads a stack's outputs, and the region in which it was found. Region and credentials are the SDK's ordinary ones;
 * AWS_ENDPOINT_URL_CLOUDFORMATION replaces the service. Throws `RestitchError`.
 */
export async function withStackOutputs<T>(
  stackName: string,
  environment: CliIo['environment'],
  body: (outputs: StackOutputs, region: string) => Promise<T>,
): Promise<T> {
  const url = environment['AWS_ENDPOINT_URL_CLOUDFORMATION'];
  const endpoint = url === undefined ? undefined : pluggedEndpoint(url, environment);
  const client = new CloudFormationClient(awsOptionsFor(endpoint, environment['AWS_REGION']));
  try {
    return await body(await readStackOutputs(client, stackName), await client.config.region());
  } finally {
    client.destroy();
  }
}
