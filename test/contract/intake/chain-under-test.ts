import { createApprovalStore } from '../../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createNodeDirectory } from '../../../adapters/aws/dynamodb-node-directory.ts';
import { createSqsWorkQueue } from '../../../adapters/aws/sqs-work-queue.ts';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../../core/alert/resolve-target.ts';
import { handleBatch } from '../../../functions/dispatch/handle-batch.ts';
import { intake } from '../../../functions/intake/intake.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { TOKEN, webhookRequest } from '../../fakes/webhook-request.ts';
import type { SqsUnderTest } from '../queue/queue-under-test.ts';
import type { DynamoDbUnderTest } from '../store/table-under-test.ts';

const CLUSTERS = ['lab-1'];
const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
const settings = { rules, clusters: CLUSTERS, maxBodyBytes: 1_048_576 };
/** Lambda's batch size for FIFO queues. */
const BATCH = 10;

/** From the webhook to the started execution, over a real queue and a real table; only the engine is a fake. */
export async function startChain(sqs: SqsUnderTest, dynamoDb: DynamoDbUnderTest) {
  const queueUrl = await sqs.newQueue();
  const { table } = await dynamoDb.newTable();
  const store = createIncidentStore(table);
  const engine = createFakeEngine();
  const clock = createFakeClock();
  const log = createRecordingLog();
  const directory = createNodeDirectory(table);
  const queue = createSqsWorkQueue(sqs.client, queueUrl);
  const post = async (body: unknown) => {
    const ports = { queue, tokens: async () => [TOKEN], clock: clock.now, log };
    const { statusCode, body: answer } = await intake(webhookRequest(body), ports, settings);
    return { statusCode, answer: JSON.parse(answer) };
  };
  /** Works everything that waits, batch by batch; returns the messages that failed. */
  const work = async () => {
    const { Records } = await sqs.drain(queueUrl);
    const failures: string[] = [];
    for (let from = 0; from < Records.length; from += BATCH) {
      const event = { Records: Records.slice(from, from + BATCH) };
      const { batchItemFailures } = await handleBatch(
        event,
        { store, directory, engine, clock: clock.now, log },
        CLUSTERS,
      );
      failures.push(...batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    }
    return { worked: Records.length, failures };
  };
  return { store, approvals: createApprovalStore(table), engine, clock, log, post, work };
}
