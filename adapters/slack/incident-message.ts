import type { IncidentNotice } from '../../core/incident/messenger.ts';
import { type Block, fields, header, type SlackMessage, section } from './block-kit.ts';
import { escapeLine } from './escape-mrkdwn.ts';

const MOST_TEXT = 2_900;
const TIMELINE_SHOWN = 12;

/** The one message of an incident, rewritten as the work goes on. */
export function noticeMessage({ incident, timeline }: IncidentNotice): SlackMessage {
  const { target, phase, outcome, diagnosis, hypothesis, found, alerts, incidentId, holds = 0 } = incident;
  const state = outcome === null ? phase : `closed: ${outcome}`;
  const title = `${target.node} (${target.cluster}): ${state}`;
  const firing = alerts.filter((alert) => alert.status === 'firing').map((alert) => alert.alertname);
  const cause = found !== undefined && found.class === (diagnosis ?? found.class) ? ` (${found.cause})` : '';
  const blocks: readonly Block[] = [
    header(title),
    fields([
      ['Diagnosis', escapeLine(diagnosis === null ? `${hypothesis} (first guess)` : `${diagnosis}${cause}`)],
      ['Alerts', escapeLine(firing.length === 0 ? 'none firing' : [...new Set(firing)].join(', '))],
      ['Incident', escapeLine(incidentId)],
      ...(holds === 0 ? [] : [['Holds', `${holds} other ${holds === 1 ? 'incident' : 'incidents'}`] as const]),
    ]),
    section(timelineText(timeline)),
  ];
  return { text: escapeLine(`${title}. ${timeline.at(-1) ?? ''}`), blocks };
}

/** The latest lines that fit, newest last. */
function timelineText(timeline: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of timeline.slice(-TIMELINE_SHOWN).toReversed()) {
    const escaped = `• ${escapeLine(line)}`;
    length += escaped.length + 1;
    if (length > MOST_TEXT - 50) break;
    shown.unshift(escaped);
  }
  const hidden = timeline.length - shown.length;
  return [...(hidden > 0 ? [`• … ${hidden} earlier lines`] : []), ...shown].join('\n') || 'opened';
}
