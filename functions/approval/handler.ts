import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { createLambdaEngine } from '../../adapters/durable/lambda-engine.ts';
import { SlackSecret } from './config.ts';
import { createApproval } from './create.ts';

const secrets = new SecretsManagerClient(awsClientOptions);

export const handler = createApproval(process.env, {
  dynamoDb: new DynamoDBClient(awsClientOptions),
  sqs: new SQSClient(awsClientOptions),
  engine: (runbookFunction) => createLambdaEngine(new LambdaClient(awsClientOptions), runbookFunction),
  slackSecret: (secretId) => createSecretSource(secrets, secretId, SlackSecret),
  log: createJsonLog(),
});
