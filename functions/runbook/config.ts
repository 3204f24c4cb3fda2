import * as z from 'zod';
import { readWindows } from '../../adapters/cron/read-windows.ts';
import { RouteTableId } from '../../core/cloud/route-table.ts';
import type { ApprovalRule } from '../../core/safety/approval-rules.ts';
import { ApprovalRulesSetting } from '../approval-rules-setting.ts';
import { CapacityEnvironment, capacitySettingsFrom } from '../capacity-environment.ts';
import { ClusterEnvironment } from '../cluster-environment.ts';
import { CommaList } from '../comma-list.ts';
import { DocumentEnvironment } from '../document-environment.ts';
import { clustersOf, KnownClusters } from '../known-clusters.ts';
import { NodeEnvironment } from '../node-environment.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { RetentionEnvironment } from '../retention-environment.ts';
import { stackIdSetting } from '../stack-id-setting.ts';
import { SafetyEnvironment, safetySettingsFrom } from './safety-environment.ts';
import type { RunbookSettings } from './settings.ts';

const seconds = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
const OnOff = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A cron expression or a zone that does not exist: the schema of the rules sees only their form. */
function checkWindows(rules: readonly ApprovalRule[], context: z.RefinementCtx): void {
  for (const { when = [] } of rules) {
    const reading = readWindows(when.join(';'), 0);
    if (reading.type === 'unreadable') context.addIssue({ code: 'custom', message: reading.reason });
  }
}

/** What a team may set about the work on incidents; the same names locally and in the stack. */
export const SettingsEnvironment = z.object({
  KUBELET_PORT: z.coerce.number().int().min(1).max(65_535).default(10_250),
  STACK_ID: stackIdSetting,
  /** Whether a person may be asked to move the pods off a quarantined node, and how long one drain may take. */
  DRAIN: z.enum(['off', 'by-approval']).default('off'),
  DRAIN_SECONDS: seconds(900),
  APPROVAL_TIMEOUT_SECONDS: seconds(900),
  STABLE_SECONDS: seconds(60),
  /** Decides about every `by-policy` stage: `quarantine` and also `restart-agent`. */
  APPROVE_QUARANTINE: OnOff.default(false),
  APPROVAL_RULES: ApprovalRulesSetting.superRefine(checkWindows),
  ROUTE_TABLES: CommaList.pipe(z.array(RouteTableId)).prefault(''),
  BUSY_SECONDS: seconds(1_800),
  ABSENT_TARGET_HOURS: z.coerce.number().positive().default(24),
  ...CapacityEnvironment.shape,
  ...KnownClusters.shape,
  ...NodeEnvironment.shape,
  ...RetentionEnvironment.shape,
  ...SafetyEnvironment.shape,
});

const Environment = SettingsEnvironment.extend(ClusterEnvironment.shape)
  .extend(DocumentEnvironment.shape)
  .extend({
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
    approvalRules: config.APPROVAL_RULES,
    stackId: config.STACK_ID,
    busySeconds: config.BUSY_SECONDS,
    safety: safetySettingsFrom(config),
  };
}
