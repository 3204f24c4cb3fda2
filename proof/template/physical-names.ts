import * as z from 'zod';
import type { SynthesizedTemplate } from './synthesized-template.ts';

/** Where the resources of a template are on this machine. */
export interface Addresses {
  /** Of the AWS services: the host of the queues' URLs. */
  readonly services: string;
  /** Of the function URLs. */
  readonly functionUrls: string;
}

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export function arnOf(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::StackId': arnOf('cloudformation', 'stack/Restitch/local'),
  'AWS::StackName': 'Restitch',
  'AWS::URLSuffix': 'amazonaws.com',
};

const Ref = z.strictObject({ Ref: z.string() });
const GetAtt = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Join = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

export type Resolve = (value: unknown) => unknown;

/** Replaces `Ref`, `Fn::GetAtt` and `Fn::Join` in a value of the template as CloudFormation does. Throws for what it does not know. */
export function createResolve({ resources }: Pick<SynthesizedTemplate, 'resources'>, addresses: Addresses): Resolve {
  const nameOf = (id: string) => (resources[id]?.Properties['FifoQueue'] === true ? `${id}.fifo` : id);
  const textOf = (value: unknown) => z.string().parse(resolve(value));

  function attribute(id: string, name: string): string {
    const type = resources[id]?.Type ?? 'nothing';
    switch (`${type} ${name}`) {
      case 'AWS::SQS::Queue Ref':
        return `${addresses.services}/${ACCOUNT}/${nameOf(id)}`;
      case 'AWS::SQS::Queue Arn':
        return arnOf('sqs', nameOf(id));
      case 'AWS::DynamoDB::Table Arn':
        return arnOf('dynamodb', `table/${id}`);
      case 'AWS::DynamoDB::Table StreamArn':
        return arnOf('dynamodb', `table/${id}/stream/local`);
      case 'AWS::SecretsManager::Secret Ref':
        return arnOf('secretsmanager', `secret:${id}-local1`);
      case 'AWS::IAM::Role Arn':
        return arnOf('iam', `role/${id}`);
      case 'AWS::Lambda::Function Arn':
        return arnOf('lambda', `function:${id}`);
      case 'AWS::Lambda::Alias Ref':
        return `${attributeOfFunction(id)}:${textOf(resources[id]?.Properties['Name'])}`;
      case 'AWS::Lambda::Url FunctionUrl':
        return `${addresses.functionUrls}/${id}`;
      default:
        if (name === 'Ref' && resources[id] !== undefined) return nameOf(id);
        throw new TypeError(`what ${name} of ${id} (${type}) is on this machine is not known`);
    }
  }

  const attributeOfFunction = (id: string) => {
    const name = textOf(resources[id]?.Properties['FunctionName']);
    return name.startsWith('arn:') ? name : arnOf('lambda', `function:${name}`);
  };

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const ref = Ref.safeParse(value).data?.Ref;
    if (ref !== undefined) return pseudo[ref] ?? attribute(ref, 'Ref');
    const [id, name] = GetAtt.safeParse(value).data?.['Fn::GetAtt'] ?? [];
    if (id !== undefined && name !== undefined) return attribute(id, name);
    const [separator, parts] = Join.safeParse(value).data?.['Fn::Join'] ?? [];
    if (parts !== undefined) return parts.map(textOf).join(separator);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };
  return resolve;
}
