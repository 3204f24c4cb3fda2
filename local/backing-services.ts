import { join } from 'node:path';
import { RestitchError } from '../core/restitch-error.ts';
import type { Cluster } from '../core/safety/cluster.ts';
import type { Fleet } from '../lab/fleet.ts';
import { type Endpoint, pluggedEndpoint, ssmClients } from './aws-clients.ts';
import type { LocalConfig } from './config.ts';
import { type OpenedCloudRoutes, openCloudRoutes } from './ec2/open-cloud-routes.ts';
import { fleetRecord } from './fleet-record.ts';
import { clusterFrom } from './kubernetes/cluster-from.ts';
import { startKubernetesStandIn } from './kubernetes/kubernetes-stand-in.ts';
import { openFleet } from './open-fleet.ts';
import { osUser } from './os-user.ts';
import { startEmbeddedSqs } from './queue/embedded-sqs.ts';
import type { LocalSecrets } from './secrets.ts';
import { standInPlace, standInUsers } from './slack/slack-payloads.ts';
import { type SlackStandIn, startSlackStandIn } from './slack/slack-stand-in.ts';
import { ownDocuments } from './ssm/own-documents.ts';
import { registerDocuments } from './ssm/register-documents.ts';
import { type SsmStandIn, startSsmStandIn } from './ssm/ssm-stand-in.ts';
import { startEmbeddedDynamoDb } from './table/embedded-dynamodb.ts';

/** Everything outside the functions: the real service where the environment names one, otherwise a stand-in. */
export interface BackingServices {
  readonly sqs: Endpoint;
  readonly dynamoDb: Endpoint;
  readonly ssm: Endpoint;
  readonly cluster: Cluster;
  /** Of the stand-in. Undefined: KUBECONFIG. */
  readonly kubeconfig: string | undefined;
  readonly cloudRoutes: Pick<OpenedCloudRoutes, 'tables' | 'client'>;
  readonly slack: SlackAccess;
  /** The stand-ins that a drill and the console use; undefined where a real service is used. */
  readonly own: {
    readonly fleet: Fleet | undefined;
    readonly ssm: SsmStandIn | undefined;
    readonly slack: SlackStandIn | undefined;
  };
  /** One line each: what is real, what is a stand-in and why. */
  readonly remarks: readonly string[];
  /** Stops everything that was started, in reverse order, and takes the fleet down. */
  close(): Promise<void>;
}

/** How the functions reach Slack, and who may approve. */
export interface SlackAccess {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly signingSecret: string;
  /** Slack user ids, and who decides on the command line. */
  readonly approvers: readonly string[];
  /** Whose slash commands are answered: ids, several of a kind with commas between them. */
  readonly place: { readonly workspace: string; readonly app: string; readonly channel: string };
}

export interface BackingOptions {
  readonly stateDir: string;
  readonly config: LocalConfig;
  readonly secrets: LocalSecrets;
  readonly interactivityUrl: () => string;
}

export async function startBackingServices(options: BackingOptions): Promise<BackingServices> {
  const { stateDir, config, secrets } = options;
  const closers: (() => Promise<void>)[] = [];
  const remarks: string[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  const started = async <T>(starting: Promise<T>, closer: (service: T) => Promise<void>): Promise<T> => {
    const service = await starting;
    closers.push(() => closer(service));
    return service;
  };
  const endpoint = async (
    given: string | undefined,
    name: string,
    start: () => Promise<{ url: string; close(): Promise<void> }>,
  ): Promise<Endpoint> => {
    if (given !== undefined) {
      remarks.push(`${name}: ${given}`);
      return pluggedEndpoint(given, config);
    }
    const { url } = await started(start(), (server) => server.close());
    return { url, anyCredentials: true };
  };
  try {
    const sqs = await endpoint(config.AWS_ENDPOINT_URL_SQS, 'SQS', () => startEmbeddedSqs(join(stateDir, 'sqs')));
    const dynamoDb = await endpoint(config.AWS_ENDPOINT_URL_DYNAMODB, 'DynamoDB', () =>
      startEmbeddedDynamoDb(join(stateDir, 'dynamodb')),
    );
    const fleetNeeded = config.AWS_ENDPOINT_URL_SSM === undefined || config.KUBECONFIG === undefined;
    const opened = fleetNeeded ? await started(openFleet(stateDir, config), ({ fleet }) => fleet.down()) : undefined;
    const fleet = opened?.fleet;
    remarks.push(...fleetRemarks(opened));
    let ssmStandIn: SsmStandIn | undefined;
    const ssm = await endpoint(config.AWS_ENDPOINT_URL_SSM, 'SSM', async () => {
      ssmStandIn = await startSsmStandIn({
        fleet: needed(fleet),
        documents: ownDocuments(config),
        stateDir,
        instanceTag: config.INSTANCE_TAG,
      });
      return ssmStandIn;
    });
    if (ssmStandIn === undefined)
      remarks.push(await registerDocuments(ssmClients(ssm, config.AWS_REGION).client, ownDocuments(config)));
    const cloud = await started(openCloudRoutes(config, fleet), (opened) => opened.close());
    if (cloud.remark !== undefined) remarks.push(cloud.remark);
    remarks.push(modeRemark(config));
    const kubeconfig = await ownKubeconfig();
    const slackStandIn =
      config.SLACK_API_URL === undefined
        ? await started(
            startSlackStandIn({
              stateDir,
              token: secrets.slackToken,
              signingSecret: secrets.slackSigningSecret,
              interactivityUrl: options.interactivityUrl,
            }),
            (server) => server.close(),
          )
        : undefined;
    return {
      sqs,
      dynamoDb,
      ssm,
      cluster: clusterFrom(kubeconfig),
      kubeconfig,
      cloudRoutes: cloud,
      slack: slackFrom(config, secrets, slackStandIn),
      own: { fleet, ssm: ssmStandIn, slack: slackStandIn },
      remarks,
      close,
    };

    async function ownKubeconfig(): Promise<string | undefined> {
      if (config.KUBECONFIG !== undefined) {
        remarks.push(`Kubernetes: ${config.KUBECONFIG}`);
        return undefined;
      }
      const own = needed(fleet);
      const record = fleetRecord(own, config);
      const standIn = await started(
        startKubernetesStandIn({ fleet: own, stateDir, token: secrets.kubernetesToken, record }),
        (server) => server.close(),
      );
      return standIn.kubeconfig;
    }
  } catch (error) {
    await close();
    throw error;
  }
}

function modeRemark({ REPAIR_MODE }: LocalConfig): string {
  if (REPAIR_MODE === 'act') return 'mode: act, faults are repaired';
  return 'mode: shadow, it is only said what would be done; REPAIR_MODE=act repairs';
}

function fleetRemarks(
  opened: { readonly fleet: Fleet; readonly obstacles: readonly string[] } | undefined,
): readonly string[] {
  if (opened === undefined) return ['fleet: nodes come from your cluster'];
  const { fleet, obstacles } = opened;
  const names = fleet.hosts.map((host) => host.name).join(', ');
  if (fleet.kind === 'namespaces') return [`fleet: ${names}, in network namespaces of this machine`];
  return [`fleet: ${names}, simulated${obstacles.length === 0 ? '' : ` (${obstacles.join('; ')})`}`];
}

function needed(fleet: Fleet | undefined): Fleet {
  if (fleet === undefined) throw new TypeError('a stand-in for SSM or Kubernetes needs a fleet of its own');
  return fleet;
}

function slackFrom(config: LocalConfig, secrets: LocalSecrets, standIn: SlackStandIn | undefined): SlackAccess {
  if (standIn !== undefined) {
    const ownApprovers = standInUsers.filter((user) => user.note === 'approver').map((user) => user.id);
    const approvers = config.APPROVERS ?? [...ownApprovers, osUser()];
    return {
      apiUrl: standIn.apiUrl,
      botToken: secrets.slackToken,
      signingSecret: secrets.slackSigningSecret,
      approvers,
      place: standInPlace,
    };
  }
  const { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret } = config;
  if (apiUrl === undefined || botToken === undefined || signingSecret === undefined) {
    throw new RestitchError('configuration', 'SLACK_API_URL needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET beside it', {
      retryable: false,
    });
  }
  const place = { workspace: config.SLACK_WORKSPACES, app: config.SLACK_APPS, channel: config.SLACK_COMMAND_CHANNELS };
  return { apiUrl, botToken, signingSecret, approvers: config.APPROVERS ?? [], place };
}
