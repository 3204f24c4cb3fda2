import type { StackSettings } from '../../lib/stack-settings.ts';

const smallest: StackSettings = {
  stackName: 'Restitch',
  eks: null,
  kubeconfigSecret: 'kubeconfig',
  vpc: null,
  slackChannel: '#restitch',
  approvers: [],
  slackCommands: { workspaces: [], apps: [], channels: [] },
  documentPrefix: 'Restitch',
  instanceTag: 'restitch:node',
  nodeNames: ['?*'],
  routeTables: [],
  clusters: ['gpu-fleet'],
  defaultCluster: null,
  alertmanager: null,
  watchdog: null,
  concurrency: { intake: 50, approval: 10, console: 5 },
  console: false,
  alarmTopic: null,
  approvalSeconds: 900,
  encryptionKey: null,
  environment: {},
};

/** Settings of a stack: the given ones, else those of the smallest configuration. */
export function stackSettingsOf(given: Partial<StackSettings> = {}): StackSettings {
  return { ...smallest, ...given };
}
