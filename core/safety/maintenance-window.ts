/** On a Node: its own windows, in place of the setting MAINTENANCE_WINDOWS. */
export const MAINTENANCE_ANNOTATION = 'restitch.dev/maintenance-window';

/** A window that begins at the times of a cron expression (five fields) in a time zone of the IANA database. */
export interface MaintenanceWindow {
  readonly cron: string;
  readonly zone: string;
  readonly lengthMinutes: number;
}

/** Whether a host may be disturbed now. Times are epoch milliseconds. */
export type WindowReading =
  /** No window is set: at any time. */
  | { readonly type: 'none' }
  | { readonly type: 'open'; readonly until: number }
  /** `opensAt` is null where the window never opens again. */
  | { readonly type: 'closed'; readonly opensAt: number | null }
  | { readonly type: 'unreadable'; readonly reason: string };

/** A host that would be acted on, with its windows. */
export interface HostWindow {
  readonly host: string;
  readonly reading: WindowReading;
}

/** Reads windows at a time, as `parseWindows` splits them. Pure, but for the time zone database of the machine. */
export type ReadWindows = (text: string, now: number) => WindowReading;

export type ParsedWindows =
  | { readonly type: 'parsed'; readonly windows: readonly MaintenanceWindow[] }
  | { readonly type: 'unreadable'; readonly reason: string };

const ONE = /^(\S+ \S+ \S+ \S+ \S+) (\S+) (\d+)(m|h)$/;
const MOST_MINUTES = 7 * 24 * 60;

/**
 * `MINUTE HOUR DAY MONTH WEEKDAY ZONE LENGTH`, several separated by `;`. LENGTH is `90m` or `4h`, at most a week. The empty
 * text has no window.
 */
export function parseWindows(text: string): ParsedWindows {
  const windows: MaintenanceWindow[] = [];
  for (const part of text.split(';').map((each) => each.trim().replaceAll(/\s+/g, ' '))) {
    if (part === '') continue;
    const [, cron, zone, length, unit] = ONE.exec(part) ?? [];
    const lengthMinutes = Number(length) * (unit === 'h' ? 60 : 1);
    if (cron === undefined || zone === undefined)
      return unreadable(
        `"${part}" is not MINUTE HOUR DAY MONTH WEEKDAY ZONE LENGTH, as in "0 2 * * SAT Europe/Berlin 4h"`,
      );
    if (lengthMinutes < 1 || lengthMinutes > MOST_MINUTES)
      return unreadable(`"${part}" is not between one minute and a week long`);
    windows.push({ cron, zone, lengthMinutes });
  }
  return { type: 'parsed', windows };
}

function unreadable(reason: string): ParsedWindows {
  return { type: 'unreadable', reason };
}
