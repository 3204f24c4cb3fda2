import * as z from 'zod';
import { arnOf } from './physical-names.ts';

/** A request as it came to one of the services. */
export interface ServiceRequest {
  /** As its signature names it: `dynamodb`. */
  readonly service: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A resource that a call is authorised on, and what conditions may ask about it. */
export interface TouchedResource {
  readonly arn: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** A request in the words of IAM. */
export interface AwsCall {
  readonly action: string;
  readonly touches: readonly TouchedResource[];
}

/** What IAM knows beside the request. */
export interface CallContext {
  /** The tags of an instance of the fleet. */
  readonly tagsOf: (instanceId: string) => Readonly<Record<string, string>>;
  /** The ARN of the execution that a callback belongs to: there it is authorised. */
  readonly executionOfCallback: (callbackId: string) => string;
}

const anything = { arn: '*', context: {} };
const Key = z.object({ pk: z.object({ S: z.string() }) });
const Batch = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(Key) })) });
const DynamoDb = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: Key.optional(),
  Item: Key.optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeValues: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const Document = z.object({ Name: z.string() });
const Send = z.object({ DocumentName: z.string(), InstanceIds: z.array(z.string()) });

/** What IAM is asked about a request. Throws for a service that no function calls. */
export function awsCallOf(request: ServiceRequest, context: CallContext): AwsCall {
  const operation = (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  const body = (): unknown => JSON.parse(request.body.toString('utf8'));
  switch (request.service) {
    case 'sqs': {
      const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(body());
      const arn = arnOf('sqs', QueueUrl.split('/').at(-1) ?? '');
      return { action: `sqs:${operation.replace(/Batch$/, '')}`, touches: [{ arn, context: {} }] };
    }
    case 'dynamodb':
      return { action: `dynamodb:${operation}`, touches: itemsOf(operation, body()) };
    case 'secretsmanager': {
      const { SecretId } = z.object({ SecretId: z.string() }).parse(body());
      const arn = SecretId.startsWith('arn:') ? SecretId : arnOf('secretsmanager', `secret:${SecretId}-local1`);
      return { action: `secretsmanager:${operation}`, touches: [{ arn, context: {} }] };
    }
    case 'ssm':
      return { action: `ssm:${operation}`, touches: touchedBySsm(operation, body(), context) };
    case 'lambda':
      return lambdaCallOf(request, context);
    default:
      throw new TypeError(`nothing is known of the service ${request.service}`);
  }
}

function itemsOf(operation: string, body: unknown): readonly TouchedResource[] {
  if (operation !== 'BatchGetItem') return [itemOf(DynamoDb.parse(body))];
  return Object.entries(Batch.parse(body).RequestItems).map(([table, { Keys }]) => ({
    arn: arnOf('dynamodb', `table/${table}`),
    context: { 'dynamodb:LeadingKeys': Keys.map(({ pk }) => pk.S) },
  }));
}

function itemOf(input: z.infer<typeof DynamoDb>): TouchedResource {
  const { TableName, IndexName, Key: key, Item: item, KeyConditionExpression, ExpressionAttributeValues } = input;
  const asked = /=\s*(:\w+)/.exec(KeyConditionExpression ?? '')?.[1] ?? '';
  const queried = ExpressionAttributeValues?.[asked]?.['S'];
  const leading = (key ?? item)?.pk.S ?? (queried === undefined ? undefined : String(queried));
  return {
    arn: arnOf('dynamodb', `table/${TableName}${IndexName === undefined ? '' : `/index/${IndexName}`}`),
    context: leading === undefined ? {} : { 'dynamodb:LeadingKeys': [leading] },
  };
}

function touchedBySsm(operation: string, body: unknown, context: CallContext): readonly TouchedResource[] {
  if (operation === 'SendCommand') return commandOf(Send.parse(body), context);
  if (operation === 'DeleteDocument') return [documentOf(Document.parse(body).Name)];
  return [anything];
}

function documentOf(name: string): TouchedResource {
  return { arn: arnOf('ssm', `document/${name}`), context: {} };
}

/** Run Command asks about the document and about every instance. */
function commandOf(
  { DocumentName, InstanceIds }: z.infer<typeof Send>,
  { tagsOf }: CallContext,
): readonly TouchedResource[] {
  const instances = InstanceIds.map((id) => ({
    arn: id.startsWith('mi-') ? arnOf('ssm', `managed-instance/${id}`) : arnOf('ec2', `instance/${id}`),
    context: Object.fromEntries(Object.entries(tagsOf(id)).map(([tag, value]) => [`ssm:resourceTag/${tag}`, [value]])),
  }));
  return [documentOf(DocumentName), ...instances];
}

const lambdaOperations: readonly (readonly [string, RegExp, string])[] = [
  ['POST', /^\/2015-03-31\/functions\/(?<arn>[^/]+)\/invocations$/, 'InvokeFunction'],
  ['GET', /^\/2015-03-31\/functions\/(?<arn>[^/]+)\/configuration$/, 'GetFunctionConfiguration'],
  ['GET', /^\/2015-03-31\/functions\/(?<arn>[^/]+)\/versions$/, 'ListVersionsByFunction'],
  ['DELETE', /^\/2015-03-31\/functions\/(?<arn>[^/]+)$/, 'DeleteFunction'],
  ['GET', /^\/2025-12-01\/functions\/(?<arn>[^/]+)\/durable-executions$/, 'ListDurableExecutionsByFunction'],
  ['POST', /^\/2025-12-01\/durable-executions\/(?<arn>[^/]+)\/checkpoint$/, 'CheckpointDurableExecution'],
  ['GET', /^\/2025-12-01\/durable-executions\/(?<arn>[^/]+)\/state$/, 'GetDurableExecutionState'],
  ['GET', /^\/2025-12-01\/durable-executions\/(?<arn>[^/]+)$/, 'GetDurableExecution'],
  [
    'POST',
    /^\/2025-12-01\/durable-execution-callbacks\/(?<arn>[^/]+)\/succeed$/,
    'SendDurableExecutionCallbackSuccess',
  ],
];

/** The operation of Lambda that a path means; what the path names: an ARN, or the id of a callback; and its parameters. */
export function lambdaOperationOf({ method, path }: ServiceRequest): {
  readonly operation: string;
  readonly named: string;
  readonly query: URLSearchParams;
} {
  const { pathname, searchParams: query } = new URL(path, 'http://localhost');
  for (const [ofMethod, pattern, operation] of lambdaOperations) {
    const named = ofMethod === method ? pattern.exec(pathname)?.groups?.['arn'] : undefined;
    if (named !== undefined) return { operation, named: decodeURIComponent(named), query };
  }
  return { operation: 'unknown', named: '', query };
}

function lambdaCallOf(request: ServiceRequest, { executionOfCallback }: CallContext): AwsCall {
  const { operation, named, query } = lambdaOperationOf(request);
  const qualifier = query.get('Qualifier');
  const ofFunction = named.startsWith('arn:') ? named : arnOf('lambda', `function:${named}`);
  const qualified = qualifier === null ? ofFunction : `${ofFunction}:${qualifier}`;
  const arn = operation === 'SendDurableExecutionCallbackSuccess' ? executionOfCallback(named) : qualified;
  return { action: `lambda:${operation}`, touches: [{ arn, context: {} }] };
}
