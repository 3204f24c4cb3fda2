import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { completeCallback } from '../../adapters/durable/complete-callback.ts';
import { startExecution } from '../../adapters/durable/start-execution.ts';
import { createDispatch } from './create.ts';

const lambda = new LambdaClient(awsClientOptions);

export const handler = withRequestLog(
  createDispatch(process.env, {
    dynamoDb: new DynamoDBClient(awsClientOptions),
    engine: (runbookFunction) => ({
      start: startExecution(lambda, runbookFunction),
      completeCallback: completeCallback(lambda),
    }),
    log: createJsonLog(),
  }),
);
