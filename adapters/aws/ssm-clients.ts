import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { awsClientOptions } from './client-options.ts';
import type { SsmOptions } from './ssm-command-runner.ts';

export type SsmClients = Pick<SsmOptions, 'client' | 'sendClient'>;

/** One client that retries, and one for SendCommand that does not: SendCommand has no idempotency token. */
export function createSsmClients(config: SSMClientConfig = {}): SsmClients {
  return {
    client: new SSMClient({ ...awsClientOptions, ...config }),
    sendClient: new SSMClient({ ...awsClientOptions, ...config, maxAttempts: 1 }),
  };
}
