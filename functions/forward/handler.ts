import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { WebhookKeys } from '../../adapters/webhook/webhook-keys.ts';
import { createForward } from './create.ts';

const secrets = new SecretsManagerClient(awsClientOptions);

export const handler = withRequestLog(
  createForward(process.env, {
    dynamoDb: new DynamoDBClient(awsClientOptions),
    webhookKeys: (secretId) => createSecretSource(secrets, secretId, WebhookKeys),
    log: createJsonLog(),
  }),
);
