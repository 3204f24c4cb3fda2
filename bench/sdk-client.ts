import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions } from '../adapters/aws/client-options.ts';

/** The least that a function with a table loads: what the import time of the functions is compared with. */
export const client = new DynamoDBClient(awsClientOptions);
