import type { ConsoleSetup } from '../live-state.ts';
import { el } from './element.ts';

/** What can be done where nothing has happened yet. */
export function firstSteps({ hints, faults }: ConsoleSetup, now: number): readonly Node[] {
  if (hints === null) return [el('p', { class: 'empty' }, 'No incident is chosen.')];
  const alert = {
    status: 'firing',
    labels: { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1' },
    annotations: {},
    startsAt: new Date(now).toISOString(),
    fingerprint: 'by-hand',
  };
  const command = `curl -sS ${hints.webhookUrl} \\\n  -H 'Authorization: Bearer ${hints.token}' \\\n  -d '${JSON.stringify({ version: '4', alerts: [alert] })}'`;
  const here = faults === null ? '' : ' break something below,';
  return [
    el(
      'p',
      {},
      `No incident yet. Point Alertmanager at the webhook,${here} run a drill (npm start -- --drill vxlan-wedge), or send one alert by hand:`,
    ),
    el('pre', { tabindex: 0 }, command),
  ];
}
