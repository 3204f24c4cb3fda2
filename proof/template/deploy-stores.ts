import type { CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { ensureTableOf } from '../../local/table/ensure-table.ts';
import type { Resolve } from './physical-names.ts';
import { resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

const Queue = z.object({
  FifoQueue: z.boolean().optional(),
  ContentBasedDeduplication: z.boolean().optional(),
  VisibilityTimeout: z.number().optional(),
  RedrivePolicy: z.record(z.string(), z.unknown()).optional(),
});

/** Creates the template's queues; those that others leave their messages in come first. */
export async function createQueues(client: SQSClient, template: SynthesizedTemplate, resolve: Resolve): Promise<void> {
  const queues = resourcesOf(template, 'AWS::SQS::Queue').map(([id, { Properties }]) => {
    const properties = Queue.parse(resolve(Properties));
    return { QueueName: properties.FifoQueue === true ? `${id}.fifo` : id, properties };
  });
  const redriven = ({ properties }: (typeof queues)[number]) => (properties.RedrivePolicy === undefined ? 0 : 1);
  for (const { QueueName, properties } of queues.toSorted((a, b) => redriven(a) - redriven(b))) {
    const Attributes = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    );
    await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  }
}

/** What a template and CreateTable say in the same words. */
const TableProperties = z.object({
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.custom<CreateTableCommandInput['AttributeDefinitions']>(),
  KeySchema: z.custom<CreateTableCommandInput['KeySchema']>(),
  GlobalSecondaryIndexes: z.custom<CreateTableCommandInput['GlobalSecondaryIndexes']>(),
});

export async function createTables(client: DynamoDBClient, template: SynthesizedTemplate): Promise<void> {
  for (const [TableName, { Properties }] of resourcesOf(template, 'AWS::DynamoDB::Table'))
    await ensureTableOf(client, { TableName, ...TableProperties.parse(Properties) });
}
