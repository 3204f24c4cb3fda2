import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createEmfMetrics } from '../../adapters/aws/emf-metrics.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { loadReleases } from '../../adapters/aws/load-releases.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { createLambdaEngine } from '../../adapters/durable/lambda-engine.ts';
import { clusterClients } from '../cluster-clients.ts';
import { documentsInEnvironment } from '../document-environment.ts';
import { AlertmanagerToken } from './config.ts';
import { createSweep } from './create.ts';

const secrets = new SecretsManagerClient(awsClientOptions);

export const handler = withRequestLog(
  createSweep(process.env, {
    dynamoDb: new DynamoDBClient(awsClientOptions),
    ssm: awsClientOptions,
    engine: (runbookFunction) => createLambdaEngine(new LambdaClient(awsClientOptions), runbookFunction),
    ...clusterClients(process.env, import.meta.dirname, secrets),
    alertmanagerToken: (secretId) => createSecretSource(secrets, secretId, AlertmanagerToken),
    releases: (names) => loadReleases(names, documentsInEnvironment, awsClientOptions),
    log: createJsonLog(),
    metrics: (stackName) => createEmfMetrics(stackName),
  }),
);
