import type { IncidentLine } from '../../../core/console/incident-line.ts';
import type { ConsoleSetup, LiveDelta } from '../live-state.ts';
import type { OlderIncidents } from '../read-older.ts';
import type { Overview } from '../read-overview.ts';

export interface Updates {
  readonly take: (delta: LiveDelta) => void;
  /** Those that the page shows as open. */
  readonly openIncidents: () => readonly IncidentLine[];
  readonly tell: (connected: boolean) => void;
}

/** Every question is a call of the function, and reads the table. */
const POLL_MS = 4_000;
/** Older closed incidents are not asked for. */
const MOST_CLOSED = 2_000;
/** The next answer asks for the others. */
const MOST_MISSING = 20;

/** Keeps the page up to date: by a stream where the server has one, else by asking again and again while the page is seen. */
export function followUpdates(updates: Updates): void {
  const way = document.querySelector('meta[name="updates"]')?.getAttribute('content');
  if (way === 'poll') void poll(updates);
  else stream(updates);
}

function stream({ take, tell }: Updates): void {
  const events = new EventSource('/api/live');
  events.onmessage = ({ data }) => {
    tell(true);
    take(JSON.parse(data));
  };
  events.onerror = () => tell(false);
}

async function poll({ take, tell, openIncidents }: Updates): Promise<void> {
  let last = '';
  let older: string | null = null;
  let olderCount = 0;
  for (;;) {
    try {
      const text = await ask('/api/overview');
      tell(true);
      if (text !== last) {
        const { incidents, ...parts }: Overview & { readonly setup: ConsoleSetup } = JSON.parse(text);
        if (last === '') older = parts.older;
        const lost = await linesOf(missingFrom(incidents, openIncidents()));
        take({ ...parts, incidents: { changed: [...incidents, ...lost], gone: [] } });
        last = text;
      }
      while (older !== null && olderCount < MOST_CLOSED) {
        const part: OlderIncidents = JSON.parse(await ask(`/api/incidents?before=${encodeURIComponent(older)}`));
        take({ incidents: { changed: part.incidents, gone: [], older: true } });
        olderCount += part.incidents.length;
        older = part.older;
      }
    } catch {
      tell(false);
    }
    await pause();
  }
}

/** An incident that was open and is in no answer any more was closed, and is older than the closed ones in the answer. */
export function missingFrom(answered: readonly IncidentLine[], open: readonly IncidentLine[]): readonly string[] {
  const there = new Set(answered.map(({ incidentId }) => incidentId));
  const missing = open.map(({ incidentId }) => incidentId).filter((incidentId) => !there.has(incidentId));
  return missing.slice(0, MOST_MISSING);
}

async function linesOf(incidentIds: readonly string[]): Promise<readonly IncidentLine[]> {
  const lines: IncidentLine[] = [];
  for (const incidentId of incidentIds) {
    const answer: { readonly line: IncidentLine } = JSON.parse(
      await ask(`/api/incidents/${encodeURIComponent(incidentId)}/line`),
    );
    lines.push(answer.line);
  }
  return lines;
}

async function ask(path: string): Promise<string> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** A page that nobody sees asks for nothing. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  while (document.hidden)
    await new Promise<void>((resolve) =>
      document.addEventListener('visibilitychange', () => resolve(), { once: true }),
    );
}
