import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { ServedOutput } from '../../adapters/aws/stack-outputs.ts';
import { RestitchError } from '../../core/restitch-error.ts';
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
    clusters: clustersOf(environment, kubeconfigSecretId),
    slackToken: async () => {
      if (slackSecretId === undefined) throw new Error('the stack has no output SlackSecretArn');
      return readSecret(environment, slackSecretId, SlackBotToken);
    },
    webhookUrl: WEBHOOK_URL,
    approvers: undefined,
  };
}

/** Each cluster that the stack serves. */
function clustersOf(environment: CliIo['environment'], secretId: string | undefined): Place['clusters'] {
  const served = z.array(ServedOutput).parse(JSON.parse(environment['SERVED_CLUSTERS'] ?? '[]'));
  const [first, ...more] = served.map((cluster) => servedPlace(environment, cluster));
  if (first !== undefined) return [first, ...more];
  const only = { names: undefined, instances: {} };
  if (secretId !== undefined) return [{ ...only, ...withSecret(environment, secretId) }];
  return [{ ...only, configure: configureFrom(undefined), by: 'your own kubeconfig', asks: 'group' }];
}

function servedPlace(environment: CliIo['environment'], served: ServedOutput): ClusterPlace {
  const { names, instanceTag, nodeNames, kubeconfigSecret, account, region } = served;
  const elsewhere = account === undefined ? {} : { elsewhere: `${account}/${region}` };
  const common = { names, instances: { instanceTag, nodeNames, ...elsewhere } };
  if (kubeconfigSecret !== undefined) return { ...common, ...withSecret(environment, kubeconfigSecret) };
  const [context = ''] = names;
  return { ...common, configure: configureContext(context), by: `your own context ${context}`, asks: 'group' };
}

/** The functions' own kubeconfig. For EKS, whose roles nobody else may take, the one of this person is used. */
function withSecret(
  environment: CliIo['environment'],
  secretId: string,
): Pick<ClusterPlace, 'configure' | 'by' | 'asks'> {
  return {
    configure: async (client) => {
      const { kubeconfig } = await readSecret(environment, secretId, KubeconfigSecret);
      return configureFrom(kubeconfig)(client);
    },
    by: `the functions’ kubeconfig, ${secretId}`,
    asks: 'self',
  };
}

/** One kubeconfig has several clusters as contexts. Which of them is meant is not guessed. */
function configureContext(name: string): ClusterPlace['configure'] {
  const load = configureFrom(undefined);
  return async (client) => {
    const config = await load(client);
    if (config.getContextObject(name) === null) {
      const message = `your kubeconfig has no context ${name}: aws eks update-kubeconfig --alias ${name} --name CLUSTER`;
      throw new RestitchError('configuration', message, { retryable: false });
    }
    config.setCurrentContext(name);
    return config;
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
