import { join } from 'node:path';
import { createSimulatedFleet } from '../../lab/simulated/create-simulated-fleet.ts';
import { type LocalConfig, loadLocalConfig } from '../../local/config.ts';
import { fleetRecord } from '../../local/fleet-record.ts';
import { startKubernetesStandIn } from '../../local/kubernetes/kubernetes-stand-in.ts';
import { startEmbeddedSqs } from '../../local/queue/embedded-sqs.ts';
import { localSecrets } from '../../local/secrets.ts';
import { startSlackStandIn } from '../../local/slack/slack-stand-in.ts';
import { startSsmStandIn } from '../../local/ssm/ssm-stand-in.ts';
import { startEmbeddedDynamoDb } from '../../local/table/embedded-dynamodb.ts';

export type StandIns = Awaited<ReturnType<typeof startStandIns>>;

export interface StandInsOptions {
  readonly stateDir: string;
  readonly instanceTag: string;
  /** Where clicks in Slack are sent. */
  readonly interactivityUrl: () => string;
}

/** The simulated fleet and the stand-ins of `npm start`; Run Command has no documents yet. */
export async function startStandIns({ stateDir, instanceTag, interactivityUrl }: StandInsOptions) {
  const config: LocalConfig = loadLocalConfig({ FLEET: 'simulated' });
  const secrets = await localSecrets(stateDir);
  const fleet = await createSimulatedFleet({ stateDir });
  const ssm = await startSsmStandIn({ fleet, documents: {}, stateDir, instanceTag });
  const sqs = await startEmbeddedSqs(join(stateDir, 'sqs'));
  const dynamoDb = await startEmbeddedDynamoDb(join(stateDir, 'dynamodb'));
  const record = fleetRecord(fleet, config);
  const kubernetes = await startKubernetesStandIn({ fleet, stateDir, token: secrets.kubernetesToken, record });
  const slack = await startSlackStandIn({
    stateDir,
    token: secrets.slackToken,
    signingSecret: secrets.slackSigningSecret,
    interactivityUrl,
  });
  const close = async () => {
    for (const server of [slack, kubernetes, ssm, sqs, dynamoDb]) await server.close();
    await fleet.down();
  };
  return { secrets, fleet, ssm, sqs, dynamoDb, kubernetes, slack, close };
}
