import * as z from 'zod';
import { FaultClass } from '../fault-class.ts';
import { ladder } from '../ladder.ts';
import { parseWindows, type ReadWindows } from './maintenance-window.ts';

/**
 * What happens when nobody answers in time. `next-rung`: the rung counts as refused, and the next one of the runbook is considered.
 * `quarantine`: so do all rungs below quarantine. `page`: a person is called, and asked again at the next look. `hold`: nothing more is
 * done for the incident, as after a Deny.
 */
export const OnExpiry = z.enum(['next-rung', 'quarantine', 'page', 'hold']);

export type OnExpiry = z.infer<typeof OnExpiry>;

const Windows = z
  .array(z.string().regex(/^[^;]*[^;\s][^;]*$/))
  .min(1)
  .superRefine((texts, context) => {
    const parsed = parseWindows(texts.join(';'));
    if (parsed.type === 'unreadable') context.addIssue({ code: 'custom', message: parsed.reason });
  });

/** Who is asked before a stage, and how. A filter that is absent fits everything. */
export const ApprovalRule = z.strictObject({
  class: FaultClass.optional(),
  rung: z.enum(ladder).optional(),
  pool: z.string().min(1).optional(),
  when: Windows.optional().describe('when it counts, each `MINUTE HOUR DAY MONTH WEEKDAY ZONE LENGTH`'),
  ask: z.enum(['nobody', 'one', 'two']).optional().describe('absent: as the runbook says'),
  twoAboveGpus: z.int().nonnegative().optional().describe('two people where more GPUs are at risk, or it is not known'),
  approvers: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('people and user groups, instead of the general list'),
  onExpiry: OnExpiry.optional(),
});

export type ApprovalRule = z.infer<typeof ApprovalRule>;

/** What a rule may look at. `pools`: of every host that the stage concerns; empty text: a host without a pool. */
export interface RuleSubject {
  readonly class: FaultClass;
  readonly rung: string;
  readonly pools: readonly string[];
}

/**
 * The rules that count at this time, in their order. One whose windows cannot be read counts where it asks, and not where it lifts a
 * question. `now` is epoch milliseconds.
 */
export function rulesInForce(
  rules: readonly ApprovalRule[],
  readWindows: ReadWindows,
  now: number,
): readonly ApprovalRule[] {
  return rules.filter(({ when, ask }) => {
    if (when === undefined) return true;
    const { type } = readWindows(when.join(';'), now);
    return type === 'open' || (type === 'unreadable' && ask !== 'nobody');
  });
}

/**
 * The first rule that fits. One that lifts a question fits a pool only where every host is in it; one that asks, where any is.
 */
export function ruleFor(rules: readonly ApprovalRule[], subject: RuleSubject): ApprovalRule | undefined {
  return rules.find((rule) => {
    if (rule.class !== undefined && rule.class !== subject.class) return false;
    if (rule.rung !== undefined && rule.rung !== subject.rung) return false;
    if (rule.pool === undefined) return true;
    const inPool = (pool: string) => pool === rule.pool;
    return rule.ask === 'nobody' ? subject.pools.length > 0 && subject.pools.every(inPool) : subject.pools.some(inPool);
  });
}

/** How many people must say yes. `gpus`: at risk; null: not known. */
export function yesesNeeded(rule: ApprovalRule | undefined, gpus: number | null): 1 | 2 {
  if (rule?.ask === 'two') return 2;
  const limit = rule?.twoAboveGpus;
  return limit !== undefined && (gpus === null || gpus > limit) ? 2 : 1;
}
