import * as z from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry, ReceiptEvent } from '../../core/incident/receipt.ts';
import type { Fault } from '../../lab/fault.ts';
import type { Act } from '../wrong-acts.ts';
import type { ExpectedOutcome } from './expected-outcome.ts';

/** One fault, from the webhook to the end of its incident. */
export interface DrillRow {
  readonly fault: string;
  readonly label: Fault['label'];
  readonly expected: ExpectedOutcome;
  readonly outcome: string;
  readonly asExpected: boolean;
  /** What was done that no fault called for, one line each. */
  readonly wrongActs: readonly string[];
  /** Stages that acted, in their order. */
  readonly rungs: readonly string[];
  readonly seconds: {
    readonly toDiagnosis: number | null;
    readonly toRepair: number | null;
    readonly toEnd: number;
  };
  /** Packets of a 10 ms ping between healthy pods, and to the sick node's, lost from the first command to the end. */
  readonly lostHealthy: number | null;
  readonly lostSick: number | null;
  readonly lastWords: string;
}

/** When (epoch ms) an event was first, or last, recorded in the receipt. */
export function timeOf(receipt: readonly ReceiptEntry[], event: ReceiptEvent, which: 0 | -1 = 0): number | undefined {
  return receipt.filter((entry) => entry.event === event).at(which)?.at;
}

export function rungsOf(receipt: readonly ReceiptEntry[]): readonly string[] {
  return receipt.flatMap(({ event, stage }) => (event === 'plan' && stage !== null ? [stage] : []));
}

/** What each stage that acted did. */
export function actsOf(receipt: readonly ReceiptEntry[]): readonly Act[] {
  return receipt.flatMap(({ event, stage, detail }) =>
    event === 'plan' && stage !== null ? [{ stage, lines: Lines.parse(detail) }] : [],
  );
}

const Lines = z.array(z.string());

export function secondsOf(receipt: readonly ReceiptEntry[], incident: Incident): DrillRow['seconds'] {
  const since = (at: number | undefined) => (at === undefined ? null : (at - incident.openedAt) / 1_000);
  return {
    toDiagnosis: since(timeOf(receipt, 'diagnosis')),
    toRepair: since(timeOf(receipt, 'command', -1)),
    toEnd: since(receipt.at(-1)?.at) ?? 0,
  };
}
