import type { Target } from '../alert/target.ts';
import type { Incident } from './incident.ts';
import type { ReceiptEntry } from './receipt.ts';

/** Returns the changed incident, or undefined to leave it unchanged. Called again after a lost compare-and-set. */
export type IncidentChange = (current: Incident) => Incident | undefined;

/** The port to stored incidents and receipts. Every write is a single-item compare-and-set. Throws `RestitchError` (code `store`). */
export interface IncidentStore {
  /**
   * The open incident of a target; opens one with `make(sequence)` when there is none. Two callers at once get the same
   * incident. A crash half-way is completed by the next call.
   */
  openOrGet(target: Target, make: (sequence: number) => Incident): Promise<{ opened: boolean; incident: Incident }>;
  getOpen(target: Target): Promise<Incident | undefined>;
  /** The newest incident of a target, open or closed. */
  getLatest(target: Target): Promise<Incident | undefined>;
  get(incidentId: string): Promise<Incident | undefined>;
  /** Reads, changes and writes back with compare-and-set on `version`, retried on conflict. Undefined: no such incident. */
  update(incidentId: string, change: IncidentChange): Promise<Incident | undefined>;
  /** Every open incident (phase other than `closed`). */
  listOpen(): Promise<readonly Incident[]>;
  /** Newest first; for the console and the CLI. */
  listRecent(limit: number): Promise<readonly Incident[]>;
  /** Appends an entry. An entry with the same id is left unchanged. */
  appendReceipt(entry: ReceiptEntry): Promise<void>;
  readReceipt(incidentId: string): Promise<readonly ReceiptEntry[]>;
}
