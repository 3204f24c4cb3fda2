import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import { loadLocalConfig } from '../../local/config.ts';
import { functionEnvironment } from '../../local/function-environment.ts';
import { stackSettingsOf } from './stack-settings-of.ts';

const Variables = z.object({
  Properties: z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }),
});

/** Every setting, with a value other than its default. */
const settings = {
  VXLAN_DEVICE: 'flannel.7',
  WIREGUARD_DEVICE: 'wg7',
  KUBELET_PORT: '10255',
  LABEL_ROLE: 'example.com/role',
  LABEL_HUB: 'example.com/hub',
  LABEL_POOL: 'example.com/pool',
  LABEL_SITE: 'example.com/site',
  LABEL_PROVIDER: 'example.com/provider',
  INVENTORY_NAMESPACE: 'platform',
  INSTANCE_TAG: 'example:node',
  DOCUMENT_PREFIX: 'Example',
  APPROVAL_TIMEOUT_SECONDS: '60',
  STABLE_SECONDS: '7',
  ESCALATE_AFTER_SECONDS: '30',
  APPROVE_QUARANTINE: 'true',
  APPROVAL_RULES: '[{"rung":"bounce","ask":"two"}]',
  CLAIM_HOURS: '2',
  BUDGET_MAX_PERCENT: '50',
  BUDGET_MIN_NODES: '2',
  BUDGET_SITE_MAX_PERCENT: '51',
  BUDGET_SITE_MIN_NODES: '3',
  BUDGET_HUB_MAX_PERCENT: '52',
  BUDGET_HUB_MIN_NODES: '4',
  BUDGET_CLUSTER_MAX_PERCENT: '53',
  BUDGET_CLUSTER_MIN_NODES: '5',
  BUSY_SECONDS: '90',
  COOL_OFF_SECONDS: '70',
  RECEIPT_DAYS: '45',
  STACK_ID: 'example-stack',
  ROUTE_TABLES: 'rtb-0123456789abcdef0',
  REPAIR_MODE: 'shadow',
  EARNED_AUTONOMY: 'true',
  AUTONOMY_TO_APPROVE: '7',
  AUTONOMY_TO_AUTO: '9',
  COOLDOWN_SECONDS: 'bounce=60',
  RUNS_PER_DAY: '4',
  INEFFECTIVE_RUNS: '2',
  FLAP_INCIDENTS: '5',
  BREAKER_MAX_PERCENT: '10',
  BREAKER_MIN_NODES: '2',
  BREAKER_WINDOW_SECONDS: '300',
  BREAKER_RETRY_SECONDS: '400',
  STALE_LEASES_MIN_PERCENT: '70',
  STALE_LEASES_MIN_NODES: '4',
  MAINTENANCE_WINDOWS: '0 2 * * SAT Europe/Berlin 4h',
  CLUSTER_LABELS: 'k8s_cluster',
  NODE_LABELS: 'host, node',
  CLUSTERS: 'lab-7,lab-8',
  DEFAULT_CLUSTER: 'lab-7',
  ABSENT_TARGET_HOURS: '6',
  MAX_BODY_BYTES: '2048',
  GATE_AFTER_SECONDS: '45',
  DRAIN: 'by-approval',
  DRAIN_SECONDS: '120',
  RECHECK_SECONDS: '30',
  START_GRACE_SECONDS: '20',
  ALERTMANAGER_URL: 'http://127.0.0.1:9093',
  ALERTMANAGER_RECEIVER: 'repair',
  EXPECTED_NETWORK: 'always',
  EXPECTED_NETWORK_MAX_NODES: '90',
};

const services = {
  cloudRoutes: { tables: [settings.ROUTE_TABLES], client: {} },
  slack: {
    apiUrl: 'http://127.0.0.1/api',
    botToken: 'xoxb',
    signingSecret: 'secret',
    approvers: ['U0ALICE'],
    place: { workspace: 'T0', app: 'A0', channel: 'C0' },
  },
};
const environment = functionEnvironment(loadLocalConfig(settings), services, 'http://127.0.0.1/queue');

describe('the environment that npm start gives the functions', () => {
  it('has every setting as it was given', () => {
    // A new setting must be added above, so that the test sees it.
    expect(Object.keys(settings).toSorted()).toEqual(Object.keys(SettingsEnvironment.shape).toSorted());
    expect(environment).toMatchObject(settings);
  });

  it('has every variable that the stack gives them, but for the cluster', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new RestitchStack(app, 'Restitch', { settings: stackSettingsOf() });
    const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    const names = functions.flatMap((one) => Object.keys(Variables.parse(one).Properties.Environment.Variables));
    const missing = new Set(names.filter((name) => environment[name] === undefined));
    expect([...missing].toSorted()).toEqual(['KUBECONFIG_SECRET_ID']);
  });
});
