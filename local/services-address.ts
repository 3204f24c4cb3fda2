import { resolve } from 'node:path';
import * as z from 'zod';
import { announcement } from './announcement.ts';
import type { BackingServices } from './backing-services.ts';
import type { LocalConfig } from './config.ts';
import { isInUse } from './state-lock.ts';

export const StandIn = z.enum(['sqs', 'dynamodb', 'ssm', 'kubernetes', 'slack']);
export type StandIn = z.infer<typeof StandIn>;

/** How another process of the same user reaches what the functions of `npm start` use. */
const ServicesAddress = z.object({
  /** Under the names of the functions and of the SDK. */
  variables: z.record(z.string(), z.string()),
  /** The text of the stand-in's, or the file of KUBECONFIG. */
  kubeconfig: z.union([z.object({ text: z.string() }), z.object({ file: z.string() })]),
  /** Which services are our own. */
  standIns: z.array(StandIn),
  slackToken: z.string(),
  approvers: z.array(z.string()),
  webhookUrl: z.url(),
});
export type ServicesAddress = z.infer<typeof ServicesAddress>;

/** What to tell of services that run. */
export function servicesAddress(
  config: LocalConfig,
  services: BackingServices,
  { queueUrl, webhookUrl }: { readonly queueUrl: string; readonly webhookUrl: string },
): ServicesAddress {
  const { sqs, dynamoDb, ssm, slack, kubeconfig } = services;
  return {
    variables: {
      AWS_REGION: config.AWS_REGION,
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      TABLE_NAME: config.TABLE_NAME,
      QUEUE_URL: queueUrl,
      DOCUMENT_PREFIX: config.DOCUMENT_PREFIX,
      INSTANCE_TAG: config.INSTANCE_TAG,
      CLUSTERS: config.CLUSTERS.join(','),
      SLACK_API_URL: slack.apiUrl,
      SLACK_CHANNEL: config.SLACK_CHANNEL,
    },
    kubeconfig: kubeconfig === undefined ? { file: resolve(config.KUBECONFIG ?? '') } : { text: kubeconfig },
    standIns: standInsOf(config, services),
    slackToken: slack.botToken,
    approvers: [...slack.approvers],
    webhookUrl,
  };
}

function standInsOf(config: LocalConfig, { own, kubeconfig }: BackingServices): StandIn[] {
  return [
    ...(config.AWS_ENDPOINT_URL_SQS === undefined ? (['sqs'] as const) : []),
    ...(config.AWS_ENDPOINT_URL_DYNAMODB === undefined ? (['dynamodb'] as const) : []),
    ...(own.ssm === undefined ? [] : (['ssm'] as const)),
    ...(kubeconfig === undefined ? [] : (['kubernetes'] as const)),
    ...(own.slack === undefined ? [] : (['slack'] as const)),
  ];
}

const announced = announcement('services.json', ServicesAddress);

/** Tells the processes of the same user. Returns how to take that back. */
export function announceServices(stateDir: string, address: ServicesAddress): Promise<() => Promise<void>> {
  return announced.make(stateDir, address);
}

/** Of the `npm start` that runs in a state folder. Undefined: none runs there, or it is only beginning. */
export async function runningServices(stateDir: string): Promise<ServicesAddress | undefined> {
  return (await isInUse(stateDir)) ? announced.read(stateDir) : undefined;
}
