import { readFile } from 'node:fs/promises';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import * as z from 'zod';

/** Alertmanager's configuration, and where it is from. */
export interface AlertmanagerText {
  readonly source: string;
  readonly text: string;
}

/** Which receiver is Restitch's where the addresses are hidden, and its address. */
export interface OurReceiver {
  readonly receiver: string;
  readonly webhookUrl: string | undefined;
}

const TIMEOUT_MS = 10_000;
/** What Alertmanager shows in place of a secret, as which it counts the address of a webhook. */
const HIDDEN = '<secret>';
/** In place of an address that is not Restitch's. */
const ELSEWHERE = 'https://hidden.invalid/';
const Status = z.object({ config: z.object({ original: z.string() }) });

/** The file of this name, or the configuration that the Alertmanager at this address runs with. Throws where it cannot be read. */
export async function readAlertmanager(source: string, ours: OurReceiver): Promise<AlertmanagerText> {
  if (!/^https?:\/\//.test(source)) return { source, text: await readFile(source, 'utf8') };
  const url = `${source.replace(/\/+$/, '')}/api/v2/status`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return { source, text: withAddress(Status.parse(await response.json()).config.original, ours) };
}

/** Hidden addresses of our receiver become the webhook's; those of others, an address that is not ours. */
function withAddress(text: string, { receiver, webhookUrl }: OurReceiver): string {
  if (webhookUrl === undefined || !text.includes(HIDDEN)) return text;
  const document = parseDocument(text);
  const receivers = document.get('receivers');
  for (const each of isSeq(receivers) ? receivers.items : []) {
    if (!isMap(each)) continue;
    const webhooks = each.get('webhook_configs');
    for (const webhook of isSeq(webhooks) ? webhooks.items : []) {
      if (!isMap(webhook)) continue;
      const url = webhook.get('url', true);
      if (isScalar(url) && url.value === HIDDEN) url.value = each.get('name') === receiver ? webhookUrl : ELSEWHERE;
    }
  }
  return document.toString({ lineWidth: 0 });
}
