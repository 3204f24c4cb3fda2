import { hypothesize } from '../../core/alert/hypothesize.ts';
import { resolveTarget, type TargetResolution, type TargetRules } from '../../core/alert/resolve-target.ts';
import { Alert } from '../../core/alert/webhook.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import { shorten } from '../../core/shorten.ts';

/** Why an alert cannot become work. */
export type RefusalReason = 'malformed' | 'unknown-cluster' | Extract<TargetResolution, { type: 'refused' }>['reason'];

export type AlertReading =
  | { readonly type: 'item'; readonly item: WorkItem }
  | {
      readonly type: 'refused';
      readonly reason: RefusalReason;
      /** What a person needs to find the alert and correct it. */
      readonly about: Readonly<Record<string, unknown>>;
    };

/** How the target of an alert is read, and whose alerts are ours. */
export interface AlertRules {
  readonly rules: TargetRules;
  /** The names that alerts give our cluster. An alert of another one is recorded and never acted on. */
  readonly clusters: readonly string[];
}

/** A batch of ten messages holds 1 MiB in all: with these limits the largest alert stays under 10 KiB. In characters. */
const LONGEST = { alertname: 200, severity: 50, summary: 500 } as const;

/** Reads alert number `index` of a webhook. An alert that cannot be read does not affect the others. `receivedAt` is epoch milliseconds. */
export function readAlert(
  raw: unknown,
  index: number,
  { rules, clusters }: AlertRules,
  receivedAt: number,
): AlertReading {
  const alert = Alert.safeParse(raw);
  if (!alert.success) {
    const [issue] = alert.error.issues;
    const path = shorten(['alerts', index, ...(issue?.path ?? [])].join('.'));
    return { type: 'refused', reason: 'malformed', about: { index, path, why: issue?.message } };
  }
  const { labels, annotations, fingerprint, status, startsAt } = alert.data;
  const resolution = resolveTarget(labels, rules);
  if (resolution.type === 'refused') {
    const alertname = short(labels['alertname'], 'alertname');
    return { type: 'refused', reason: resolution.reason, about: { index, fingerprint, alertname } };
  }
  if (!clusters.includes(resolution.target.cluster)) {
    return { type: 'refused', reason: 'unknown-cluster', about: { index, fingerprint, ...resolution.target } };
  }
  return {
    type: 'item',
    item: {
      schema: 'restitch/work-item/1',
      target: resolution.target,
      fingerprint: fingerprint.toWellFormed(),
      status,
      startsAt,
      alertname: short(labels['alertname'], 'alertname') ?? 'unnamed',
      severity: short(labels['severity'], 'severity') ?? null,
      summary: short(annotations['summary'], 'summary') ?? null,
      hypothesis: hypothesize(labels),
      receivedAt,
    },
  };
}

/** Cuts to length. The table refuses lone surrogates, such as half an emoji: they are replaced. */
function short(text: string | undefined, field: keyof typeof LONGEST): string | undefined {
  return text?.slice(0, LONGEST[field]).toWellFormed();
}
