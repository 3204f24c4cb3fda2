import { LambdaClient } from '@aws-sdk/client-lambda';
import { postToFunctionUrl } from '../adapters/aws/function-url.ts';
import { awsOptionsFor } from '../local/aws-clients.ts';
import type { CliIo } from './cli-io.ts';

/**
 * How a decision is sent to the stack whose outputs the environment has (`stackEnvironment`): signed with the caller's own
 * credentials, so that AWS says who decides. Throws where the stack has no such URL, or there are no credentials.
 */
export async function stackDecisions(environment: CliIo['environment']): Promise<(body: string) => Promise<Response>> {
  const { DECISION_URL: url, AWS_REGION } = environment;
  if (url === undefined)
    throw new Error('the stack has no output DecisionUrl: deploy this version of Restitch, or answer in Slack');
  // The client is made for what it finds alone: region and credentials in the SDK's ordinary order.
  const client = new LambdaClient(awsOptionsFor(undefined, AWS_REGION));
  try {
    const caller = { region: await client.config.region(), credentials: await client.config.credentials() };
    return (body) => postToFunctionUrl(url, body, caller);
  } finally {
    client.destroy();
  }
}
