import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretSource } from '../adapters/aws/secret-source.ts';
import { WebhookSecret } from '../functions/intake/config.ts';
import { awsOptionsFor, pluggedEndpoint } from '../local/aws-clients.ts';
import type { WebhookAddress } from '../local/webhook-address.ts';
import type { CliIo } from './cli-io.ts';

/**
 * The webhook of the stack whose outputs the environment has (`stackEnvironment`), with its token from Secrets Manager;
 * AWS_ENDPOINT_URL_SECRETS_MANAGER replaces the service. Throws `RestitchError`.
 */
export async function stackWebhook(environment: CliIo['environment']): Promise<WebhookAddress> {
  const { WEBHOOK_URL = '', WEBHOOK_SECRET_ID = '', AWS_REGION } = environment;
  const url = environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'];
  const endpoint = url === undefined ? undefined : pluggedEndpoint(url, environment);
  const client = new SecretsManagerClient(awsOptionsFor(endpoint, AWS_REGION));
  try {
    const { current } = await createSecretSource(client, WEBHOOK_SECRET_ID, WebhookSecret)();
    return { url: WEBHOOK_URL, token: current };
  } finally {
    client.destroy();
  }
}
