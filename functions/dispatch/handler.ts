import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createLambdaEngine } from '../../adapters/durable/lambda-engine.ts';
import { createDispatch } from './create.ts';

export const handler = createDispatch(process.env, {
  dynamoDb: new DynamoDBClient(awsClientOptions),
  engine: (runbookFunction) => createLambdaEngine(new LambdaClient(awsClientOptions), runbookFunction),
  log: createJsonLog(),
});
