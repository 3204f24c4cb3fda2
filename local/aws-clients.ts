import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions } from '../adapters/aws/client-options.ts';
import { createSsmClients, type SsmClients } from '../adapters/aws/ssm-clients.ts';

/** Where one AWS service is called. */
export interface Endpoint {
  readonly url: string;
  /** A stand-in takes any credentials; every other server gets the SDK's ordinary chain. */
  readonly anyCredentials: boolean;
}

/** Without an endpoint: the region's own. */
export function sqsClient(endpoint: Endpoint | undefined, region: string): SQSClient {
  return new SQSClient({ ...awsOptionsFor(endpoint, region), useQueueUrlAsEndpoint: false });
}

/** Without an endpoint: the region's own. */
export function dynamoDbClient(endpoint: Endpoint | undefined, region: string): DynamoDBClient {
  return new DynamoDBClient(awsOptionsFor(endpoint, region));
}

/** Without an endpoint: the region's own. */
export function ssmClients(endpoint: Endpoint | undefined, region: string): SsmClients {
  return createSsmClients(awsOptionsFor(endpoint, region));
}

/** EC2 has no class here: its SDK is loaded when it is needed. Without an endpoint: the region's own. */
export function ec2ClientConfig(endpoint: Endpoint | undefined, region: string): EC2ClientConfig {
  return awsOptionsFor(endpoint, region);
}

/** What every client gets. Without a region: the one that the SDK finds by itself. */
export function awsOptionsFor(endpoint: Endpoint | undefined, region: string | undefined) {
  const common = { ...awsClientOptions, ...(region === undefined ? {} : { region }) };
  if (endpoint === undefined) return common;
  const { url, anyCredentials } = endpoint;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { ...common, endpoint: url, ...(anyCredentials ? { credentials } : {}) };
}

const credentialVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
] as const;

type Credentials = Readonly<Partial<Record<(typeof credentialVariables)[number], string | undefined>>>;

/** An emulator on this machine gets made-up credentials when none are configured; every other server gets real ones. */
export function pluggedEndpoint(url: string, environment: Credentials): Endpoint {
  const onThisMachine = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  return { url, anyCredentials: onThisMachine && credentialVariables.every((name) => environment[name] === undefined) };
}
