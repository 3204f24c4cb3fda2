import * as z from 'zod';
import { announcement } from './announcement.ts';
import { isInUse } from './state-lock.ts';

/** Where alerts are posted, and the bearer token for it. */
const WebhookAddress = z.object({ url: z.url(), token: z.string() });
export type WebhookAddress = z.infer<typeof WebhookAddress>;

const announced = announcement('webhook.json', WebhookAddress);

/** Tells other processes where the webhook of a running `npm start` is. Returns how to take that back. */
export function announceWebhook(stateDir: string, address: WebhookAddress): Promise<() => Promise<void>> {
  return announced.make(stateDir, address);
}

/** The webhook of the `npm start` that runs in a state folder. Undefined: none runs there, or it is only beginning. */
export async function runningWebhook(stateDir: string): Promise<WebhookAddress | undefined> {
  return (await isInUse(stateDir)) ? announced.read(stateDir) : undefined;
}
