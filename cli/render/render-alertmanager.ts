import { parseDocument } from 'yaml';

/** What the snippet names. */
export interface SnippetSettings {
  readonly receiver: string;
  readonly webhookUrl: string;
}

/** monitoring/alertmanager/restitch.alertmanager.yml with the receiver's name and the address of the webhook. */
export function renderAlertmanager(snippet: string, { receiver, webhookUrl }: SnippetSettings): string {
  const document = parseDocument(snippet);
  document.setIn(['route', 'routes', 0, 'receiver'], receiver);
  document.setIn(['receivers', 1, 'name'], receiver);
  document.setIn(['receivers', 1, 'webhook_configs', 0, 'url'], webhookUrl);
  return document.toString({ lineWidth: 0 });
}
