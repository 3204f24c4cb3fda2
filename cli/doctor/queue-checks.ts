import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type Check, failed, look, notChecked, ok } from './check.ts';

const DEPLOY = 'npx cdk deploy makes it; check region and credentials';
const RedrivePolicy = z.object({ maxReceiveCount: z.coerce.number() });

/** The queue between intake and dispatch. `isStandIn`: the queue of `npm start`. */
export async function queueChecks(client: SQSClient, queueUrl: string, isStandIn: boolean): Promise<readonly Check[]> {
  const name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
  const attributes = async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
    return (await client.send(command)).Attributes ?? {};
  };
  return Promise.all([
    look('queue', name, DEPLOY, async () => {
      const { FifoQueue: fifo, ApproximateNumberOfMessages: waiting = '?' } = await attributes();
      if (fifo !== 'true') return failed('is no FIFO queue: alerts of a node would overtake each other', DEPLOY);
      return ok(`FIFO, ${waiting} waiting`);
    }),
    look('queue', 'dead letters', DEPLOY, async () => {
      if (isStandIn) return notChecked('the stand-in has none; --stack checks those of a stack');
      const { RedrivePolicy: text } = await attributes();
      if (text === undefined) return failed('there is no queue for them: one bad alert is tried for ever', DEPLOY);
      return ok(`after ${RedrivePolicy.parse(JSON.parse(text)).maxReceiveCount} tries`);
    }),
  ]);
}
