import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { clusterClients } from '../cluster-clients.ts';
import { createRunbook } from './create.ts';

const secrets = new SecretsManagerClient(awsClientOptions);

export const handler = withRequestLog(
  createRunbook(process.env, {
    dynamoDb: new DynamoDBClient(awsClientOptions),
    sqs: new SQSClient(awsClientOptions),
    ssm: awsClientOptions,
    ec2: awsClientOptions,
    ...clusterClients(process.env, import.meta.dirname, secrets),
    log: createJsonLog(),
  }),
);
