import { type ApprovalRule, rulesInForce } from '../../core/safety/approval-rules.ts';

/** The rules that count at this time. What reads cron expressions is loaded only where a rule has windows. */
export async function rulesNow(rules: readonly ApprovalRule[], now: number): Promise<readonly ApprovalRule[]> {
  if (rules.every(({ when }) => when === undefined)) return rules;
  const { readWindows } = await import('../../adapters/cron/read-windows.ts');
  return rulesInForce(rules, readWindows, now);
}
