import type { Target } from '../alert/target.ts';
import type { Incident } from './incident.ts';
import type { ReceiptEntry } from './receipt.ts';

/** Returns the changed incident, or undefined for no change. May be called again after a lost race. */
export type IncidentChange = (current: Incident) => Incident | undefined;

/** Where an incident stands in a list that is sorted by when it was opened. */
export type ListedIncident = Pick<Incident, 'incidentId' | 'openedAt'>;

/** The table, as the use cases need it. Every write is a single-item compare-and-set. Throws `RestitchError` (code `store`). */
export interface IncidentStore {
  /**
   * The open incident of a target; opens one with `make(sequence)` when there is none. Two callers at once get the same
   * incident. The next call completes what a crash left half done. `entry`: what its receipt begins with, written with it where it
   * is small; its line in the timeline tells.
   */
  openOrGet(
    target: Target,
    make: (sequence: number) => Incident,
    entry?: (incident: Incident) => ReceiptEntry,
  ): Promise<{ opened: boolean; incident: Incident }>;
  /**
   * Makes an open incident the one of `target` too, unless that has an open one already. Returns the open incident of the
   * target: this one, or the other. The record is left as it is.
   */
  adopt(target: Target, incident: Incident): Promise<Incident>;
  /** The newest incident of a target, open or closed. */
  getLatest(target: Target): Promise<Incident | undefined>;
  get(incidentId: string): Promise<Incident | undefined>;
  /** Reads, changes and writes back with compare-and-set on `version`, retried on conflict. Undefined: no such incident. */
  update(incidentId: string, change: IncidentChange): Promise<Incident | undefined>;
  /** Every open incident (phase other than `closed`). */
  listOpen(limit?: number): Promise<readonly Incident[]>;
  /** Closed incidents without `reportedAt`, at most `limit`. */
  listUnreported(limit: number): Promise<readonly Incident[]>;
  /** Closed incidents whose figures were written, newest first: those that come behind `after`, one of them. */
  listClosed(limit: number, after?: ListedIncident): Promise<readonly Incident[]>;
  /** Newest first; for the console and the CLI. */
  listRecent(limit: number): Promise<readonly Incident[]>;
  /**
   * Appends one or several entries of one incident to its receipt: large details first, then in one write the lines in the
   * incident's timeline and the change. An entry that exists already is left as it is. Returns what is stored then. Undefined:
   * there is no such incident, so there is no timeline, and nothing is changed.
   */
  appendReceipt(
    entries: ReceiptEntry | readonly ReceiptEntry[],
    change?: IncidentChange,
  ): Promise<Incident | undefined>;
  /** One entry with its detail. Undefined: it had no more than its line in the timeline, or it has expired. */
  readEntry(incidentId: string, entryId: string): Promise<ReceiptEntry | undefined>;
  /** The whole receipt with every detail, which may be megabytes: for a person who asks for it, never for the work. */
  readReceipt(incidentId: string): Promise<readonly ReceiptEntry[]>;
}
