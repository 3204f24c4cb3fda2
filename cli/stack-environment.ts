import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { readStackOutputs } from '../adapters/aws/stack-outputs.ts';
import { awsOptionsFor, pluggedEndpoint } from '../local/aws-clients.ts';
import type { CliIo } from './cli-io.ts';

/**
 * The environment with what a stack's outputs say, under the names of the functions' own variables, and the region in which it was
 * found. Region and credentials are the SDK's ordinary ones; AWS_ENDPOINT_URL_CLOUDFORMATION replaces the service. Throws
 * `RestitchError`.
 */
export async function stackEnvironment(
  stackName: string,
  environment: CliIo['environment'],
): Promise<CliIo['environment']> {
  const url = environment['AWS_ENDPOINT_URL_CLOUDFORMATION'];
  const endpoint = url === undefined ? undefined : pluggedEndpoint(url, environment);
  const client = new CloudFormationClient(awsOptionsFor(endpoint, environment['AWS_REGION']));
  try {
    const { tableName, queueUrl, webhookUrl, webhookSecretId, clusters } = await readStackOutputs(client, stackName);
    return {
      ...environment,
      AWS_REGION: await client.config.region(),
      TABLE_NAME: tableName,
      QUEUE_URL: queueUrl,
      WEBHOOK_URL: webhookUrl,
      WEBHOOK_SECRET_ID: webhookSecretId,
      ...(clusters.length === 0 ? {} : { CLUSTERS: clusters.join(',') }),
    };
  } finally {
    client.destroy();
  }
}
