import * as z from 'zod';
import { readWindows } from '../../adapters/cron/read-windows.ts';
import { ladder, type StageName } from '../../core/ladder.ts';
import type { AutonomySettings } from '../../core/safety/autonomy.ts';
import type { BreakerLimits } from '../../core/safety/breaker.ts';
import type { MemoryLimits } from '../../core/safety/memory.ts';
import type { StaleLeaseLimits } from '../../core/safety/stale-leases.ts';
import { CommaList } from '../comma-list.ts';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** `restart-agent=1800,bounce=1800`: a stage that is not named has no cooldown. */
const Cooldowns = CommaList.transform((entries, context) => {
  const cooldowns: Partial<Record<StageName, number>> = {};
  for (const entry of entries) {
    const [, name, seconds] = /^([a-z-]+)=(\d+)$/.exec(entry) ?? [];
    const stage = ladder.find((known) => known === name);
    if (stage === undefined)
      context.addIssue({ code: 'custom', message: `"${entry}" is not STAGE=SECONDS; stages are ${ladder.join(', ')}` });
    else cooldowns[stage] = Number(seconds);
  }
  return cooldowns;
});

const Windows = z.string().superRefine((text, context) => {
  const reading = readWindows(text, 0);
  if (reading.type === 'unreadable') context.addIssue({ code: 'custom', message: reading.reason });
});

/** What a team may set about when Restitch acts at all. */
export const SafetyEnvironment = z.object({
  /** `shadow`: decides, records, posts and does nothing. A first deployment is in shadow. */
  REPAIR_MODE: z.enum(['shadow', 'act']).default('shadow'),
  EARNED_AUTONOMY: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(false),
  AUTONOMY_TO_APPROVE: count(5),
  AUTONOMY_TO_AUTO: count(5),
  COOLDOWN_SECONDS: Cooldowns.prefault('cloud-route=600,restart-agent=1800,bounce=1800'),
  RUNS_PER_DAY: count(10),
  INEFFECTIVE_RUNS: count(3),
  FLAP_INCIDENTS: count(3),
  BREAKER_MAX_PERCENT: z.coerce.number().min(0).max(100).default(30),
  BREAKER_MIN_NODES: count(5),
  BREAKER_WINDOW_SECONDS: count(600),
  BREAKER_RETRY_SECONDS: count(900),
  STALE_LEASES_MIN_PERCENT: z.coerce.number().min(1).max(100).default(60),
  STALE_LEASES_MIN_NODES: count(3),
  MAINTENANCE_WINDOWS: Windows.default(''),
});

export interface SafetySettings {
  readonly autonomy: AutonomySettings;
  readonly memory: MemoryLimits;
  readonly breaker: BreakerLimits;
  readonly staleLeases: StaleLeaseLimits;
  /** Of nodes without an annotation of their own; empty: at any time. */
  readonly maintenanceWindows: string;
}

export function safetySettingsFrom(config: z.infer<typeof SafetyEnvironment>): SafetySettings {
  return {
    autonomy: {
      mode: config.REPAIR_MODE,
      earned: config.EARNED_AUTONOMY,
      toApprove: config.AUTONOMY_TO_APPROVE,
      toAuto: config.AUTONOMY_TO_AUTO,
    },
    memory: {
      cooldownSeconds: config.COOLDOWN_SECONDS,
      runsPerDay: config.RUNS_PER_DAY,
      ineffectiveRuns: config.INEFFECTIVE_RUNS,
      flapIncidents: config.FLAP_INCIDENTS,
    },
    breaker: {
      maxPercent: config.BREAKER_MAX_PERCENT,
      minNodes: config.BREAKER_MIN_NODES,
      windowSeconds: config.BREAKER_WINDOW_SECONDS,
      retrySeconds: config.BREAKER_RETRY_SECONDS,
    },
    staleLeases: { minPercent: config.STALE_LEASES_MIN_PERCENT, minNodes: config.STALE_LEASES_MIN_NODES },
    maintenanceWindows: config.MAINTENANCE_WINDOWS,
  };
}
