import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Log } from '../../core/log.ts';
import type { BatchResponse } from '../../functions/dispatch/handle-batch.ts';
import { startEventSource } from '../../local/queue/event-source.ts';
import { openTableStream } from '../../local/table/table-stream.ts';
import type { ServiceRequest } from './aws-call.ts';
import type { Resolve } from './physical-names.ts';
import { resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

export interface EventSourcesOptions {
  readonly template: SynthesizedTemplate;
  readonly resolve: Resolve;
  readonly invoke: (functionId: string, event: unknown) => Promise<unknown>;
  /** Lambda polls a queue with the role of the function. */
  readonly queueClient: (functionId: string) => SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly log: Log;
}

export interface EventSources {
  /** An item was written. */
  readonly written: (request: ServiceRequest) => void;
  stop(): Promise<void>;
}

const Mapping = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
});
const Response = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
const Text = z.object({ S: z.string() });
const Put = z.object({ Item: z.looseObject({ pk: Text, sk: Text }) });

/** Starts every event source mapping of the template: of queues, and of the table's stream. */
export function startEventSources(options: EventSourcesOptions): EventSources {
  const { template, resolve, invoke, queueClient, dynamoDb, log } = options;
  const stops: (() => Promise<void>)[] = [];
  const followers: ((request: ServiceRequest) => void)[] = [];
  for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
    const { EventSourceArn, FunctionName, FilterCriteria } = Mapping.parse(resolve(Properties));
    const handler = async (event: unknown): Promise<BatchResponse> => Response.parse(await invoke(FunctionName, event));
    if (EventSourceArn.includes(':sqs:')) {
      const queueId = resourcesOf(template, 'AWS::SQS::Queue').find(([id]) => EventSourceArn.includes(`:${id}`))?.[0];
      const queueUrl = z.string().parse(resolve({ Ref: queueId }));
      const source = startEventSource(queueClient(FunctionName), queueUrl, handler, log);
      stops.push(() => source.stop());
    } else {
      const patterns = (FilterCriteria?.Filters ?? []).map(({ Pattern }): unknown => JSON.parse(Pattern));
      const stream = openTableStream(dynamoDb, log);
      stream.start(handler);
      stops.push(() => stream.stop());
      followers.push((request) => {
        const { pk, sk } = Put.parse(JSON.parse(request.body.toString('utf8'))).Item;
        const record = { eventName: 'MODIFY', dynamodb: { Keys: { pk, sk } } };
        if (patterns.length === 0 || patterns.some((pattern) => passes(pattern, record)))
          stream.add({ pk: pk.S, sk: sk.S });
      });
    }
  }
  return {
    written: (request) => {
      for (const follow of followers) follow(request);
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/** Lambda's filters, as far as the template has them: lists of values that a field may have. */
function passes(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.includes(value);
  if (typeof pattern !== 'object' || pattern === null) return false;
  const fields = z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
  return Object.entries(pattern).every(([name, inner]) => passes(inner, fields[name]));
}
