import * as z from 'zod';
import { CapacityEnvironment, capacitySettingsFrom } from '../capacity-environment.ts';
import { SafetyEnvironment, safetySettingsFrom } from '../runbook/safety-environment.ts';
import { stackIdSetting } from '../stack-id-setting.ts';
import type { GateSettings } from './gate-ports.ts';

/** What a team may set about health gating; the rest it shares with the runbook. */
export const GateEnvironment = z.object({
  /** How long a node's network must be sick before new pods are kept away from it. 0: never. */
  GATE_AFTER_SECONDS: z.coerce.number().int().nonnegative().default(900),
  STACK_ID: stackIdSetting,
  ...CapacityEnvironment.shape,
  ...SafetyEnvironment.shape,
});

export function gateSettingsFrom(config: z.infer<typeof GateEnvironment>): GateSettings {
  const { autonomy, breaker } = safetySettingsFrom(config);
  return {
    ...capacitySettingsFrom(config),
    afterSeconds: config.GATE_AFTER_SECONDS,
    mode: autonomy.mode,
    stackId: config.STACK_ID,
    breaker,
  };
}
