import * as z from 'zod';
import type { FleetLabels } from '../core/evidence/fleet-map.ts';
import type { DisruptionBudgets } from '../core/safety/disruption-budget.ts';

const percent = z.coerce.number().min(0).max(100).default(20);
const minNodes = z.coerce.number().int().nonnegative().default(1);

/** What a team may set about taking nodes out of service: for the runbook, and for sweep's health gating. */
export const CapacityEnvironment = z.object({
  LABEL_ROLE: z.string().default('restitch.dev/role'),
  LABEL_HUB: z.string().default('restitch.dev/hub'),
  LABEL_POOL: z.string().default('restitch.dev/pool'),
  LABEL_SITE: z.string().default('restitch.dev/site'),
  LABEL_PROVIDER: z.string().default('restitch.dev/provider'),
  CLAIM_HOURS: z.coerce.number().positive().default(24),
  COOL_OFF_SECONDS: z.coerce.number().int().nonnegative().default(3_600),
  /** Of a pool; the other scopes follow. */
  BUDGET_MAX_PERCENT: percent,
  BUDGET_MIN_NODES: minNodes,
  BUDGET_SITE_MAX_PERCENT: percent,
  BUDGET_SITE_MIN_NODES: minNodes,
  BUDGET_HUB_MAX_PERCENT: percent,
  BUDGET_HUB_MIN_NODES: minNodes,
  BUDGET_CLUSTER_MAX_PERCENT: percent,
  BUDGET_CLUSTER_MIN_NODES: minNodes,
});

/** The variables that name the labels of a fleet. */
export const FleetLabelsEnvironment = CapacityEnvironment.pick({
  LABEL_ROLE: true,
  LABEL_HUB: true,
  LABEL_POOL: true,
  LABEL_SITE: true,
  LABEL_PROVIDER: true,
});

export function fleetLabelsFrom(config: z.infer<typeof FleetLabelsEnvironment>): FleetLabels {
  return {
    role: config.LABEL_ROLE,
    hub: config.LABEL_HUB,
    pool: config.LABEL_POOL,
    site: config.LABEL_SITE,
    provider: config.LABEL_PROVIDER,
  };
}

export interface CapacitySettings {
  readonly labels: FleetLabels;
  /** After this time a claim no longer keeps other incidents from the node. */
  readonly claimHours: number;
  /** How long a node that a person took back is left alone. */
  readonly coolOffSeconds: number;
  /** How many nodes of a pool, a site, behind a hub and of the cluster may be out of service at once. */
  readonly budgets: DisruptionBudgets;
}

export function capacitySettingsFrom(config: z.infer<typeof CapacityEnvironment>): CapacitySettings {
  return {
    labels: fleetLabelsFrom(config),
    claimHours: config.CLAIM_HOURS,
    coolOffSeconds: config.COOL_OFF_SECONDS,
    budgets: {
      pool: { maxPercent: config.BUDGET_MAX_PERCENT, minNodes: config.BUDGET_MIN_NODES },
      site: { maxPercent: config.BUDGET_SITE_MAX_PERCENT, minNodes: config.BUDGET_SITE_MIN_NODES },
      hub: { maxPercent: config.BUDGET_HUB_MAX_PERCENT, minNodes: config.BUDGET_HUB_MIN_NODES },
      cluster: { maxPercent: config.BUDGET_CLUSTER_MAX_PERCENT, minNodes: config.BUDGET_CLUSTER_MIN_NODES },
    },
  };
}
