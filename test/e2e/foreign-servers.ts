import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from '../../lab/fleet.ts';
import { createSimulatedFleet } from '../../lab/simulated/create-simulated-fleet.ts';
import { startKubernetesStandIn } from '../../local/kubernetes/kubernetes-stand-in.ts';
import { startEmbeddedSqs } from '../../local/queue/embedded-sqs.ts';
import { startSlackStandIn } from '../../local/slack/slack-stand-in.ts';
import { ownDocuments } from '../../local/ssm/own-documents.ts';
import { startSsmStandIn } from '../../local/ssm/ssm-stand-in.ts';
import { startEmbeddedDynamoDb } from '../../local/table/embedded-dynamodb.ts';

/** Servers that stand for other people's, and the variables by which Restitch finds them. */
export interface ForeignServers {
  readonly fleet: Fleet;
  readonly environment: Readonly<Record<string, string>>;
  /** How many messages Slack holds, at most ten. */
  readonly messages: () => number;
  close(): Promise<void>;
}

/** Around a simulated fleet. What they keep is under `folder`. */
export async function startForeignServers(folder: string, interactivityUrl: () => string): Promise<ForeignServers> {
  const stateDir = join(folder, 'foreign');
  await mkdir(stateDir, { recursive: true });
  const fleet = await createSimulatedFleet({ stateDir });
  const sqs = await startEmbeddedSqs(join(stateDir, 'sqs'));
  const dynamoDb = await startEmbeddedDynamoDb(join(stateDir, 'dynamodb'));
  const ssm = await startSsmStandIn({
    fleet,
    documents: ownDocuments({ DOCUMENT_PREFIX: 'Restitch' }),
    stateDir,
    instanceTag: 'restitch:node',
  });
  const kubernetes = await startKubernetesStandIn({ fleet, stateDir, token: 'foreign-token' });
  const slack = await startSlackStandIn({
    stateDir,
    token: 'xoxb-foreign',
    signingSecret: 'foreign',
    interactivityUrl,
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubernetes.kubeconfig);
  return {
    fleet,
    messages: () => slack.messages(10).length,
    environment: {
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      KUBECONFIG: kubeconfig,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-foreign',
      SLACK_SIGNING_SECRET: 'foreign',
      APPROVERS: 'U0ALICE',
      REPAIR_MODE: 'act',
    },
    close: async () => {
      for (const close of [slack.close, kubernetes.close, ssm.close, dynamoDb.close, sqs.close, () => fleet.down()])
        await close();
    },
  };
}
