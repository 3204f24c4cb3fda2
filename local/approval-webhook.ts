import { WebhookKeys } from '../adapters/webhook/webhook-keys.ts';
import { RestitchError } from '../core/restitch-error.ts';
import type { LocalConfig } from './config.ts';

/** The keys of the approval webhook: of what is posted, and of the answers. */
interface ApprovalWebhook {
  readonly questionKeys: WebhookKeys;
  readonly answerKeys: WebhookKeys;
}

/** Undefined: there is none. Throws `RestitchError` (code `configuration`) where a key is missing, or is none. */
export function approvalWebhookOf(config: LocalConfig): ApprovalWebhook | undefined {
  if (config.APPROVAL_WEBHOOK_URL === undefined) return undefined;
  return { questionKeys: keysIn(config, 'APPROVAL_WEBHOOK_KEY'), answerKeys: keysIn(config, 'APPROVAL_ANSWER_KEY') };
}

function keysIn(config: LocalConfig, variable: 'APPROVAL_WEBHOOK_KEY' | 'APPROVAL_ANSWER_KEY'): WebhookKeys {
  const keys = WebhookKeys.safeParse({ current: config[variable] });
  if (keys.success) return keys.data;
  const why = config[variable] === undefined ? 'is not set' : (keys.error.issues[0]?.message ?? 'is none');
  throw new RestitchError('configuration', `APPROVAL_WEBHOOK_URL is set, and ${variable} ${why}`, { retryable: false });
}
