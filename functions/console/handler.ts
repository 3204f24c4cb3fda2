import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { withRequestLog } from '../../adapters/aws/with-request-log.ts';
import { readBuiltPage } from './built-page.ts';
import { createConsoleFunction } from './create.ts';

export const handler = withRequestLog(
  createConsoleFunction(process.env, {
    dynamoDb: new DynamoDBClient(awsClientOptions),
    // scripts/bundle-function.ts writes it beside the bundle.
    page: readBuiltPage(join(import.meta.dirname, 'page')),
    log: createJsonLog(),
  }),
);
