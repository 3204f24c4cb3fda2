import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Where one AWS service is spoken to. `own`: the runtime's stand-in, which takes any credentials. */
export interface Endpoint {
  readonly url: string;
  readonly own: boolean;
}

/** A hung server must not hold a repair: every call to AWS ends. */
const requestHandler = { connectionTimeout: 3_000, requestTimeout: 15_000 };

export function sqsClient(endpoint: Endpoint, region: string): SQSClient {
  return new SQSClient({ ...optionsFor(endpoint, region), useQueueUrlAsEndpoint: false });
}

export function dynamoDbClient(endpoint: Endpoint, region: string): DynamoDBClient {
  return new DynamoDBClient(optionsFor(endpoint, region));
}

/** `maxAttempts: 1` for the client that sends commands: SendCommand has no idempotency token. */
export function ssmClient(endpoint: Endpoint, region: string, maxAttempts: number): SSMClient {
  return new SSMClient({ ...optionsFor(endpoint, region), maxAttempts });
}

function optionsFor({ url, own }: Endpoint, region: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { region, endpoint: url, requestHandler, ...(own ? { credentials } : {}) };
}
