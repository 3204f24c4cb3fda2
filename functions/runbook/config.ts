import * as z from 'zod';
import { RouteTableId } from '../../core/cloud/route-table.ts';
import { CapacityEnvironment, capacitySettingsFrom } from '../capacity-environment.ts';
import { ClusterEnvironment } from '../cluster-environment.ts';
import { CommaList } from '../comma-list.ts';
import { clustersOf, KnownClusters } from '../known-clusters.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { stackIdSetting } from '../stack-id-setting.ts';
import { SafetyEnvironment, safetySettingsFrom } from './safety-environment.ts';
import type { RunbookSettings } from './settings.ts';

const seconds = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
const OnOff = z.enum(['true', 'false']).transform((text) => text === 'true');

/** What a team may set about the work on incidents; the same names locally and in the stack. */
export const SettingsEnvironment = z.object({
  VXLAN_DEVICE: z.string().default('flannel.1'),
  WIREGUARD_DEVICE: z.string().default('wg0'),
  KUBELET_PORT: z.coerce.number().int().min(1).max(65_535).default(10_250),
  INVENTORY_NAMESPACE: z.string().min(1).default('restitch'),
  STACK_ID: stackIdSetting,
  /** Whether a person may be asked to move the pods off a quarantined node, and how long one drain may take. */
  DRAIN: z.enum(['off', 'by-approval']).default('off'),
  DRAIN_SECONDS: seconds(900),
  INSTANCE_TAG: z.string().default('restitch:node'),
  DOCUMENT_PREFIX: z.string().default('Restitch'),
  APPROVAL_TIMEOUT_SECONDS: seconds(900),
  STABLE_SECONDS: seconds(60),
  /** Decides about every `by-policy` stage: `quarantine` and also `restart-agent`. */
  APPROVE_QUARANTINE: OnOff.default(false),
  ROUTE_TABLES: CommaList.pipe(z.array(RouteTableId)).prefault(''),
  BUSY_SECONDS: seconds(1_800),
  ABSENT_TARGET_HOURS: z.coerce.number().positive().default(24),
  ...CapacityEnvironment.shape,
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
    ...capacitySettingsFrom(config),
    drain: { mode: config.DRAIN, seconds: config.DRAIN_SECONDS },
    clusters: clustersOf(config),
    absentTargetHours: config.ABSENT_TARGET_HOURS,
    vxlanDevice: config.VXLAN_DEVICE,
    wireguardDevice: config.WIREGUARD_DEVICE,
    kubeletPort: config.KUBELET_PORT,
    inventoryNamespace: config.INVENTORY_NAMESPACE,
    approvalTimeoutSeconds: config.APPROVAL_TIMEOUT_SECONDS,
    stableSeconds: config.STABLE_SECONDS,
    approveQuarantine: config.APPROVE_QUARANTINE,
    stackId: config.STACK_ID,
    busySeconds: config.BUSY_SECONDS,
    safety: safetySettingsFrom(config),
  };
}
