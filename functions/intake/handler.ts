import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createEmfMetrics } from '../../adapters/aws/emf-metrics.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { WebhookTokens } from './config.ts';
import { createIntake } from './create.ts';

const secrets = new SecretsManagerClient(awsClientOptions);

export const handler = withRequestLog(
  createIntake(process.env, {
    sqs: new SQSClient(awsClientOptions),
    tokens: (secretId) => createSecretSource(secrets, secretId, WebhookTokens),
    log: createJsonLog(),
    metrics: (stackName) => createEmfMetrics(stackName),
  }),
);
