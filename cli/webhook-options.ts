import { sendToIntake } from '../adapters/alertmanager/send-alert.ts';
import { runningWebhook, type WebhookAddress } from '../local/webhook-address.ts';
import type { CliIo } from './cli-io.ts';
import type { AlertSender } from './follow-test-alert.ts';
import { readNamedFile } from './read-named-file.ts';
import { UsageError } from './usage-error.ts';

/** Where Restitch gets its alerts. One of them. */
export interface WebhookOptions {
  /** The folder of `npm start`, which runs. */
  readonly stateDir?: string | undefined;
  /** The CloudFormation stack. */
  readonly stack?: string | undefined;
  /** The webhook itself. */
  readonly url?: string | undefined;
  /** With `url`: holds the token. Undefined: the first of WEBHOOK_TOKENS. */
  readonly tokenFile?: string | undefined;
}

/**
 * The webhook that the options name. `environment`: that of `environmentOf`. Throws `UsageError` where they name none or several, and
 * where no `npm start` runs in the folder.
 */
export async function webhookFrom(
  { stateDir, stack, url, tokenFile }: WebhookOptions,
  environment: CliIo['environment'],
): Promise<WebhookAddress> {
  if ([stateDir, stack, url].filter((value) => value !== undefined).length !== 1)
    throw new UsageError('say which Restitch: --state-dir of a running npm start, --stack, or --url of the webhook');
  if (url !== undefined) return { url: httpAddress(url), token: await tokenFrom(tokenFile, environment) };
  if (tokenFile !== undefined) throw new UsageError('--token-file goes with the URL of the webhook');
  if (stateDir === undefined) return (await import('./stack-webhook.ts')).stackWebhook(environment);
  const running = await runningWebhook(stateDir);
  if (running === undefined) throw new UsageError(`no npm start runs in ${stateDir}, or it is only beginning`);
  return running;
}

/** Sends alerts to the webhook itself, past Alertmanager. */
export function intakeSender(webhook: WebhookAddress): AlertSender {
  return {
    url: webhook.url,
    fire: (alert) => sendToIntake(webhook, alert, null),
    end: (alert, at) => sendToIntake(webhook, alert, at),
  };
}

/** The address as it was given. */
export function httpAddress(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new UsageError(`no http address: ${text}`);
  return text;
}

async function tokenFrom(file: string | undefined, environment: CliIo['environment']): Promise<string> {
  if (file !== undefined) return (await readNamedFile(file)).trim();
  const [token = ''] = (environment['WEBHOOK_TOKENS'] ?? '').split(',');
  if (token.trim() === '') throw new UsageError('the webhook needs its token: --token-file FILE, or WEBHOOK_TOKENS');
  return token.trim();
}
