import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry, ReceiptEvent } from '../../core/incident/receipt.ts';
import type { SentCommand } from './commands-sent.ts';

/** What a drill left behind. */
export interface Drilled {
  /** Undefined: no incident has the alert. */
  readonly incident: Incident | undefined;
  readonly receipt: readonly ReceiptEntry[];
  /** Undefined: Run Command's own list could not be read. */
  readonly commands: readonly SentCommand[] | undefined;
  readonly waitSeconds: number;
}

export interface DrillVerdict {
  readonly passed: boolean;
  readonly lines: readonly string[];
}

/** What the receipt of an incident has that only looked. */
const looking: readonly ReceiptEvent[] = ['opened', 'alert-attached', 'evidence', 'diagnosis', 'closed'];

/** Passed only where the node was found healthy, the incident is closed, and nothing was done to any node. `place`: see `placeOf`. */
export function drillVerdict({ incident, receipt, commands, waitSeconds }: Drilled, place: string): DrillVerdict {
  if (incident === undefined)
    return {
      passed: false,
      lines: [
        `Failed: intake took the alert, and no incident has it after ${waitSeconds} s.`,
        `Look at the queue and at the logs of dispatch: restitch doctor${place}`,
      ],
    };
  const { incidentId, phase, outcome, diagnosis } = incident;
  const faults = [
    ...(phase === 'closed' ? [] : [`it is ${phase}, not closed`]),
    ...(phase === 'closed' && outcome !== 'self-recovered' ? [`it ended as ${outcome}, not as self-recovered`] : []),
    ...(diagnosis === 'healthy' ? [] : [`the node was found ${diagnosis ?? 'not looked at'}, not healthy`]),
    ...receipt.filter(({ event }) => !looking.includes(event)).map(({ event, summary }) => `${event}: ${summary}`),
    ...(commands ?? []).map(({ document, operationKey }) => `Run Command ran ${document} (${operationKey})`),
  ];
  const unread = 'Run Command’s own list of commands could not be read: that nothing was sent is the receipt’s word.';
  if (faults.length > 0)
    return {
      passed: false,
      lines: [
        `Failed: ${incidentId}`,
        ...faults.map((fault) => `  ${fault}`),
        `Why, step by step: restitch incidents show ${incidentId}${place}`,
      ],
    };
  return {
    passed: true,
    lines: [
      `Passed: ${incidentId} is closed, the node is healthy, and nothing was done to any node.`,
      ...(commands === undefined ? [unread] : []),
    ],
  };
}
