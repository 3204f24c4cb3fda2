import * as z from 'zod';
import { RouteTableId } from '../core/cloud/route-table.ts';
import { fleetKeys } from './fleet.ts';
import { StackPlace } from './stack-place.ts';
import { error, listOf, textLike, yesOrNo } from './value.ts';

const name = textLike(/^[^,\s](?:[^,]*[^,\s])?$/, 'a name without commas, such as gpu-fleet');
const secretName = textLike(/^\S+$/, 'the name of a secret, such as restitch/kubeconfig');
const link = (example: string) => z.url({ error: error(`a URL, such as ${example}`) });
const topicArn = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

const routeTableError = { error: error('an id, such as rtb-0123456789abcdef0') };
const routeTable = z.string(routeTableError).refine((id) => RouteTableId.safeParse(id).success, routeTableError);

/** Where the alarms of a stack go. Nobody is told only where the file says why. */
const Notification = z
  .strictObject(
    {
      topic: textLike(topicArn, 'the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:111122223333:on-call')
        .optional()
        .describe("the SNS topic in the stack's region that its alarms are sent to"),
      nobody: textLike(/\w+\s+\w+\s+\w+/, 'in a few words why nobody is to be told of its alarms')
        .optional()
        .describe('or in words: why nobody is told of its alarms'),
    },
    { error: error('{ topic: arn:aws:sns:… }, or { nobody: why nobody is to be told }') },
  )
  .describe('who is told of the alarms: one of the two');

const Eks = z.strictObject({
  name: name.optional().describe("the cluster's name in EKS, where alerts give it another one"),
  endpoint: link('https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com').describe('of its API'),
  ca: z
    .base64({ error: error('its certificate authority in base64, as `aws eks describe-cluster` prints it') })
    .describe('its certificate authority in base64'),
  accessEntries: yesOrNo()
    .default(false)
    .describe('the stack makes the access entries of its two roles; only in the account and region of the cluster'),
});

const Vpc = z.strictObject({
  subnets: listOf(textLike(/^subnet-[0-9a-f]{8,17}$/, 'an id, such as subnet-0123456789abcdef0'), '[subnet-…]')
    .min(1, { error: () => 'it is empty: write the ids of one or more subnets' })
    .describe('from which the Kubernetes API and the endpoints of AWS are reached'),
  securityGroups: listOf(textLike(/^sg-[0-9a-f]{8,17}$/, 'an id, such as sg-0123456789abcdef0'), '[sg-…]')
    .min(1, { error: () => 'it is empty: write the ids of one or more security groups' })
    .describe('which let HTTPS out'),
});

const Alertmanager = z.strictObject({
  url: link('https://alertmanager.example').describe('of the Alertmanager that sends the webhooks'),
  tokenSecret: secretName.optional().describe('the name of a secret `{"token": "…"}`, where it needs one'),
  receiver: name.optional().describe("the name of Restitch's receiver (default: restitch)"),
});

const share = (what: string) =>
  textLike(/^([1-9][0-9]{0,6}|([1-9][0-9]?|100)%)$/, `a number of nodes in quotes, or a part of them, such as "10%"`)
    .default('10%')
    .describe(what);

/** What State Manager installs on the nodes. */
const Watchdog = z.strictObject({
  install: yesOrNo()
    .default(false)
    .describe(
      'State Manager installs the watchdog on instances whose tag `restitch:watchdog` is the name of the cluster, and keeps it up to date',
    ),
  textfileFolder: textLike(/^\/[A-Za-z0-9._/-]{1,200}$/, 'a path, such as /var/lib/prometheus/node-exporter')
    .default('/var/lib/prometheus/node-exporter')
    .describe("the folder of node_exporter's textfile collector on the nodes"),
  atOnce: share('on so many nodes at a time'),
  maxErrors: share('after failures on so many nodes it goes on to no others'),
});

/** Where a cluster's instances and route tables are, if not in the account and region of its stack. */
const Account = z.strictObject({
  id: textLike(/^\d{12}$/, 'the 12 digits of an account in quotes, such as "444455556666"').describe('the account'),
  region: textLike(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-west-1').describe('where its instances are'),
  externalId: textLike(/^[\w+=,.@:/-]{2,1224}$/, 'letters, digits and +=,.@:/-, at least two')
    .optional()
    .describe('what the functions say when they take their roles there (default: the name of the stack)'),
  permissionsBoundary: textLike(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/, 'the ARN of a managed policy')
    .optional()
    .describe('the permissions boundary of the roles there'),
});

/** One cluster, and the stack that serves it. Clusters with the same `stack.name` share it. */
export const Cluster = z.strictObject({
  name: name.describe('the name that alerts give the cluster. Alerts of others are answered and never acted on'),
  otherNames: listOf(name, '[old-name]').default([]).describe('more names that alerts give it'),
  takesUnnamedAlerts: yesOrNo().default(false).describe('whether alerts that name no cluster are about this one'),
  nodeNames: listOf(
    textLike(/^[a-z0-9.*?-]+$/, 'the name of a Node, or a pattern of names, such as gpu-*'),
    '[gpu-*, hub-*]',
  )
    .min(1, { error: () => 'it is empty: write names of Nodes or patterns of them, such as [gpu-*, hub-*]' })
    .default(['?*'])
    .describe('commands go only to instances whose tag has one of these values; `*` and `?` stand for any letters'),
  instanceTag: textLike(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'the name of a tag, such as restitch:node-west')
    .optional()
    .describe(
      'the tag of its instances, where another cluster in the account has the same names (default: `settings.nodes.instanceTag`)',
    ),
  account: Account.optional().describe('its instances and route tables are in another account or region'),
  kubeconfigSecret: secretName
    .optional()
    .describe('K3s and others: the name of a secret `{"kubeconfig": "…"}` that you create'),
  eks: Eks.optional().describe('or an EKS cluster'),
  ...fleetKeys,
  vpc: Vpc.optional().describe('where the functions stand that call the Kubernetes API, if it is private'),
  routeTables: listOf(routeTable, '[rtb-0123456789abcdef0]')
    .default([])
    .describe("ids of the VPC's route tables that may be changed after approval, and of no other"),
  alertmanager: Alertmanager.optional().describe('sweep takes from there what no webhook brought'),
  watchdog: Watchdog.optional().describe('the watchdog on the nodes'),
  notification: Notification,
  stack: StackPlace.prefault({}).describe('its CloudFormation stack; clusters with the same name of a stack share it'),
});

export type Cluster = z.infer<typeof Cluster>;
