import { LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionUrlCaller } from '../adapters/aws/function-url.ts';
import { awsOptionsFor } from '../local/aws-clients.ts';
import type { CliIo } from './cli-io.ts';

/**
 * Who the person at the command line is for AWS: region and credentials in the SDK's ordinary order. What has expired is read anew.
 * Throws where there are none.
 */
export async function stackCaller(environment: CliIo['environment']): Promise<() => Promise<FunctionUrlCaller>> {
  // The client is made for what it finds; it is never called, so there is nothing to close.
  const { region, credentials } = new LambdaClient(awsOptionsFor(undefined, environment['AWS_REGION'])).config;
  const caller = async () => ({ region: await region(), credentials: await credentials() });
  await caller();
  return caller;
}
