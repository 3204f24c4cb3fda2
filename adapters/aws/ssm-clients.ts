import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import { awsClientOptions } from './client-options.ts';
import { createSsmCommandRunner, type SsmOptions } from './ssm-command-runner.ts';

export type SsmClients = Pick<SsmOptions, 'client' | 'sendClient'>;
export type SsmNames = Omit<SsmOptions, keyof SsmClients>;

/** One client that retries, and one for SendCommand that does not: SendCommand has no idempotency token. */
export function createSsmClients(config: SSMClientConfig = {}): SsmClients {
  return {
    client: new SSMClient({ ...awsClientOptions, ...config }),
    sendClient: new SSMClient({ ...awsClientOptions, ...config, maxAttempts: 1 }),
  };
}

export function connectCommandRunner(config: SSMClientConfig, names: SsmNames): CommandRunner {
  return createSsmCommandRunner({ ...createSsmClients(config), ...names });
}
