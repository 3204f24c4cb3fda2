import * as z from 'zod';
import { onOneLine } from '../on-one-line.ts';
import type { ReceiptEntry } from './receipt.ts';

/** What a `guard` entry of the receipt holds. Entries of version 0.1.0 have no `decisions`. */
const GuardDetail = z.object({
  decisions: z
    .array(
      z.object({
        guard: z.string(),
        verdict: z.object({ type: z.string(), reason: z.string().optional() }),
        inputs: z.record(z.string(), z.json()),
      }),
    )
    .default([]),
});

/** Every decision of an incident in order, with what each guard looked at: lines for a person. */
export function explainReceipt(receipt: readonly ReceiptEntry[]): readonly string[] {
  return receipt.flatMap((entry) => [titleOf(entry), ...(entry.event === 'guard' ? guardLines(entry) : [])]);
}

/** One line of a timeline, also where an alert or a person wrote line breaks into it. */
export function titleOf({ at, event, summary }: Pick<ReceiptEntry, 'at' | 'event' | 'summary'>): string {
  return `${timeOf(at)}  ${event.padEnd(18)}  ${onOneLine(summary)}`;
}

/** Seconds of the day as UTC, from epoch milliseconds: core has no clock and no time zones. */
function timeOf(at: number): string {
  const seconds = Math.floor(at / 1_000) % 86_400;
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}Z`;
}

function guardLines({ detail }: ReceiptEntry): readonly string[] {
  const parsed = GuardDetail.safeParse(detail);
  if (!parsed.success) return ['    the guards of this entry cannot be read'];
  return parsed.data.decisions.flatMap(({ guard, verdict: { type, reason }, inputs }) => [
    `    ${guard.padEnd(14)} ${type}${reason === undefined ? '' : `: ${reason}`}`,
    `    ${''.padEnd(14)} ${inputsOf(inputs)}`,
  ]);
}

function inputsOf(inputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
