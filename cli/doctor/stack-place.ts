import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { KubeconfigSecret } from '../../functions/cluster-of.ts';
import { SlackBotToken } from '../../functions/notify/config.ts';
import { awsOptionsFor, pluggedEndpoint } from '../../local/aws-clients.ts';
import { configureFrom } from '../../local/kubernetes/cluster-from.ts';
import type { CliIo } from '../cli-io.ts';
import type { ClusterPlace, Place } from './place.ts';

/** A deployed stack. `environment`: that of `stackEnvironment`. */
export function stackPlace(environment: CliIo['environment']): Place {
  const { SLACK_SECRET_ID: slackSecretId, KUBECONFIG_SECRET_ID: kubeconfigSecretId, WEBHOOK_URL } = environment;
  return {
    environment,
    standIns: [],
    cluster: clusterOf(environment, kubeconfigSecretId),
    slackToken: async () => {
      if (slackSecretId === undefined) throw new Error('the stack has no output SlackSecretArn');
      return readSecret(environment, slackSecretId, SlackBotToken);
    },
    webhookUrl: WEBHOOK_URL,
    approvers: undefined,
  };
}

/** The functions' own kubeconfig, where they have one; for EKS, whose roles nobody else may take, the one of this person. */
function clusterOf(environment: CliIo['environment'], secretId: string | undefined): ClusterPlace {
  if (secretId === undefined) return { configure: configureFrom(undefined), by: 'your own kubeconfig', asks: 'group' };
  return {
    configure: async (client) => {
      const { kubeconfig } = await readSecret(environment, secretId, KubeconfigSecret);
      return configureFrom(kubeconfig)(client);
    },
    by: `the functions’ kubeconfig, ${secretId}`,
    asks: 'self',
  };
}

async function readSecret<T>(environment: CliIo['environment'], secretId: string, schema: z.ZodType<T>): Promise<T> {
  const url = environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'];
  const endpoint = url === undefined ? undefined : pluggedEndpoint(url, environment);
  const client = new SecretsManagerClient(awsOptionsFor(endpoint, environment['AWS_REGION']));
  try {
    return await createSecretSource(client, secretId, schema)();
  } finally {
    client.destroy();
  }
}
