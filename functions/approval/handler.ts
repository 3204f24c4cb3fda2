import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { completeCallback } from '../../adapters/durable/complete-callback.ts';
import { WebhookKeys } from '../../adapters/webhook/webhook-keys.ts';
import { SlackBotToken } from '../notify/config.ts';
import { SlackSigningSecret } from './config.ts';
import { createApproval } from './create.ts';

const secrets = new SecretsManagerClient(awsClientOptions);

export const handler = withRequestLog(
  createApproval(process.env, {
    dynamoDb: new DynamoDBClient(awsClientOptions),
    sqs: new SQSClient(awsClientOptions),
    engine: { completeCallback: completeCallback(new LambdaClient(awsClientOptions)) },
    slackToken: (secretId) => createSecretSource(secrets, secretId, SlackBotToken),
    signingSecret: (secretId) => createSecretSource(secrets, secretId, SlackSigningSecret),
    webhookKeys: (secretId) => createSecretSource(secrets, secretId, WebhookKeys),
    log: createJsonLog(),
  }),
);
