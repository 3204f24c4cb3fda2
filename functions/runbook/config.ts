import * as z from 'zod';
import { RouteTableId } from '../../core/cloud/route-table.ts';
import { ClusterEnvironment } from '../cluster-environment.ts';
import { CommaList } from '../comma-list.ts';
import { clustersOf, KnownClusters } from '../known-clusters.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { stackIdSetting } from '../stack-id-setting.ts';
import { SafetyEnvironment, safetySettingsFrom } from './safety-environment.ts';
import type { RunbookSettings } from './settings.ts';

const seconds = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
const percent = z.coerce.number().min(0).max(100).default(20);
const minNodes = z.coerce.number().int().nonnegative().default(1);
const OnOff = z.enum(['true', 'false']).transform((text) => text === 'true');

/** What a team may set about the work on incidents; the same names locally and in the stack. */
export const SettingsEnvironment = z.object({
  VXLAN_DEVICE: z.string().default('flannel.1'),
  WIREGUARD_DEVICE: z.string().default('wg0'),
  KUBELET_PORT: z.coerce.number().int().min(1).max(65_535).default(10_250),
  LABEL_ROLE: z.string().default('restitch.dev/role'),
  LABEL_HUB: z.string().default('restitch.dev/hub'),
  LABEL_POOL: z.string().default('restitch.dev/pool'),
  LABEL_SITE: z.string().default('restitch.dev/site'),
  INVENTORY_NAMESPACE: z.string().min(1).default('restitch'),
  STACK_ID: stackIdSetting,
  INSTANCE_TAG: z.string().default('restitch:node'),
  DOCUMENT_PREFIX: z.string().default('Restitch'),
  APPROVAL_TIMEOUT_SECONDS: seconds(900),
  STABLE_SECONDS: seconds(60),
  /** Decides about every `by-policy` stage: `quarantine` and also `restart-agent`. */
  APPROVE_QUARANTINE: OnOff.default(false),
  CLAIM_HOURS: z.coerce.number().positive().default(24),
  ROUTE_TABLES: CommaList.pipe(z.array(RouteTableId)).prefault(''),
  /** Of a pool; the other scopes follow. */
  BUDGET_MAX_PERCENT: percent,
  BUDGET_MIN_NODES: minNodes,
  BUDGET_SITE_MAX_PERCENT: percent,
  BUDGET_SITE_MIN_NODES: minNodes,
  BUDGET_HUB_MAX_PERCENT: percent,
  BUDGET_HUB_MIN_NODES: minNodes,
  BUDGET_CLUSTER_MAX_PERCENT: percent,
  BUDGET_CLUSTER_MIN_NODES: minNodes,
  BUSY_SECONDS: seconds(1_800),
  COOL_OFF_SECONDS: seconds(3_600),
  ABSENT_TARGET_HOURS: z.coerce.number().positive().default(24),
  ...KnownClusters.shape,
  ...SafetyEnvironment.shape,
});

const Environment = SettingsEnvironment.extend(ClusterEnvironment.shape).extend({
  TABLE_NAME: z.string().min(1),
  QUEUE_URL: z.url(),
});

export type RunbookConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): RunbookConfig {
  return parseEnvironment(Environment, environment);
}

export function settingsFrom(config: z.infer<typeof SettingsEnvironment>): RunbookSettings {
  return {
    clusters: clustersOf(config),
    absentTargetHours: config.ABSENT_TARGET_HOURS,
    vxlanDevice: config.VXLAN_DEVICE,
    wireguardDevice: config.WIREGUARD_DEVICE,
    kubeletPort: config.KUBELET_PORT,
    labels: { role: config.LABEL_ROLE, hub: config.LABEL_HUB, pool: config.LABEL_POOL, site: config.LABEL_SITE },
    inventoryNamespace: config.INVENTORY_NAMESPACE,
    approvalTimeoutSeconds: config.APPROVAL_TIMEOUT_SECONDS,
    stableSeconds: config.STABLE_SECONDS,
    approveQuarantine: config.APPROVE_QUARANTINE,
    claimHours: config.CLAIM_HOURS,
    budgets: {
      pool: { maxPercent: config.BUDGET_MAX_PERCENT, minNodes: config.BUDGET_MIN_NODES },
      site: { maxPercent: config.BUDGET_SITE_MAX_PERCENT, minNodes: config.BUDGET_SITE_MIN_NODES },
      hub: { maxPercent: config.BUDGET_HUB_MAX_PERCENT, minNodes: config.BUDGET_HUB_MIN_NODES },
      cluster: { maxPercent: config.BUDGET_CLUSTER_MAX_PERCENT, minNodes: config.BUDGET_CLUSTER_MIN_NODES },
    },
    stackId: config.STACK_ID,
    busySeconds: config.BUSY_SECONDS,
    coolOffSeconds: config.COOL_OFF_SECONDS,
    safety: safetySettingsFrom(config),
  };
}
