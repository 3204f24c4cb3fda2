import { Cron } from 'croner';
import {
  type MaintenanceWindow,
  parseWindows,
  type ReadWindows,
  type WindowReading,
} from '../../core/safety/maintenance-window.ts';

const MINUTE_MS = 60_000;

/** Reads maintenance windows with croner, which knows time zones and their changes of the clock. */
export const readWindows: ReadWindows = (text, now) => {
  const parsed = parseWindows(text);
  if (parsed.type === 'unreadable') return parsed;
  if (parsed.windows.length === 0) return { type: 'none' };
  const readings = parsed.windows.map((window) => readOne(window, now));
  const unreadable = readings.find(({ type }) => type === 'unreadable');
  if (unreadable !== undefined) return unreadable;
  const until = readings.flatMap((reading) => (reading.type === 'open' ? [reading.until] : []));
  if (until.length > 0) return { type: 'open', until: Math.max(...until) };
  const opens = readings.flatMap((reading) => (reading.type === 'closed' ? (reading.opensAt ?? []) : []));
  return { type: 'closed', opensAt: opens.length === 0 ? null : Math.min(...opens) };
};

/** A window that began within its own length is open. It ends exactly after its length. */
function readOne({ cron, zone, lengthMinutes }: MaintenanceWindow, now: number): WindowReading {
  const lengthMs = lengthMinutes * MINUTE_MS;
  try {
    const schedule = new Cron(cron, { timezone: zone, mode: '5-part' });
    const begins = schedule.nextRun(new Date(now - lengthMs))?.getTime();
    if (begins === undefined) return { type: 'closed', opensAt: null };
    return begins <= now ? { type: 'open', until: begins + lengthMs } : { type: 'closed', opensAt: begins };
  } catch (error) {
    // croner throws for an expression or a zone that does not exist, and for nothing else.
    return { type: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}
