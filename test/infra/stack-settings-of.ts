import type { StackCluster, StackSettings } from '../../lib/stack-settings.ts';

const onlyCluster: StackCluster = {
  names: ['gpu-fleet'],
  takesUnnamed: false,
  eks: null,
  kubeconfigSecret: 'kubeconfig',
  instanceTag: 'restitch:node',
  nodeNames: ['?*'],
  routeTables: [],
  alertmanager: null,
  watchdog: null,
  account: null,
};

const smallest: StackSettings = {
  stackName: 'Restitch',
  served: [onlyCluster],
  vpc: null,
  slackChannel: '#restitch',
  approvalWebhook: null,
  approvers: [],
  slackCommands: { workspaces: [], apps: [], channels: [] },
  documentPrefix: 'Restitch',
  roleNames: null,
  concurrency: { intake: 50, approval: 10, console: 5 },
  console: false,
  alarmTopic: null,
  deletionProtection: true,
  logDays: 90,
  receiptDays: 30,
  approvalSeconds: 900,
  encryptionKey: null,
  environment: {},
};

export type GivenSettings = Partial<StackSettings & StackCluster>;

/** Settings of a stack with one cluster: the given ones of both, else those of the smallest configuration. */
export function stackSettingsOf(given: GivenSettings = {}): StackSettings {
  return { ...smallest, served: [stackClusterOf(given)], ...given };
}

/** Settings of a cluster: the given ones, else those of the smallest configuration. */
export function stackClusterOf(given: Partial<StackCluster>): StackCluster {
  return { ...onlyCluster, ...given };
}
