import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import { HttpEvent } from '../http-event.ts';
import { loadConfig, tokensOf, WebhookSecret } from './config.ts';
import { intake } from './intake.ts';

const config = loadConfig(process.env);
const secret = createSecretSource(new SecretsManagerClient({}), config.WEBHOOK_SECRET_ID, WebhookSecret);
const ports = {
  queue: createSqsWorkQueue(new SQSClient({}), config.QUEUE_URL),
  tokens: async () => tokensOf(await secret()),
  clock: Date.now,
  log: createJsonLog(),
};
const settings = {
  rules: {
    clusterLabels: config.CLUSTER_LABELS,
    nodeLabels: config.NODE_LABELS,
    defaultCluster: config.DEFAULT_CLUSTER,
  },
  maxBodyBytes: config.MAX_BODY_BYTES,
};

export const handler = async (event: unknown) => intake(HttpEvent.parse(event), ports, settings);
