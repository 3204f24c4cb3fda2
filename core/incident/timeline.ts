import * as z from 'zod';
import { ReceiptEntry } from './receipt.ts';

/** One line of an incident's timeline: a receipt entry without its detail, and with at most `LONGEST_SUMMARY` characters. */
export const TimelineLine = ReceiptEntry.omit({ incidentId: true, detail: true }).extend({
  more: z.boolean().describe('whether the entry says more than this line: its detail, or the rest of its sentence'),
});

/** The lines that are kept with the incident, oldest first: the first ones and the latest ones. */
export const Timeline = z.object({
  lines: z.array(TimelineLine),
  leftOut: z.int().describe('how many lines between the first and the latest ones are not kept'),
});

export type TimelineLine = z.infer<typeof TimelineLine>;
export type Timeline = z.infer<typeof Timeline>;

/** How it began stays; of the rest the latest lines. With these limits a timeline stays below about 40 KB. */
const FIRST_LINES = 10;
const LATEST_LINES = 40;
const LONGEST_SUMMARY = 600;

export const emptyTimeline: Timeline = { lines: [], leftOut: 0 };

/** Appends a line. The same timeline where it has the line already, so that a repetition changes nothing. */
export function addLine(timeline: Timeline, line: TimelineLine): Timeline {
  const { lines, leftOut } = timeline;
  if (lines.some(({ entryId }) => entryId === line.entryId)) return timeline;
  const all = [...lines, line];
  const surplus = all.length - FIRST_LINES - LATEST_LINES;
  if (surplus <= 0) return { lines: all, leftOut };
  return {
    lines: [...all.slice(0, FIRST_LINES), ...all.slice(FIRST_LINES + surplus)],
    leftOut: leftOut + surplus,
  };
}

/** The timeline's line for an entry. A sentence that is cut says so. */
export function lineOf({ entryId, at, event, summary, stage, operationKey, detail }: ReceiptEntry): TimelineLine {
  const isLong = summary.length > LONGEST_SUMMARY;
  const short = isLong ? `${summary.slice(0, LONGEST_SUMMARY)} … (${summary.length} characters)` : summary;
  return { entryId, at, event, summary: short, stage, operationKey, more: isLong || detail !== null };
}

/** The sentences for a person, oldest first, with a word about those that are not kept. */
export function sentencesOf({ lines, leftOut }: Timeline): readonly string[] {
  const sentences = lines.map(({ summary }) => summary);
  if (leftOut === 0) return sentences;
  return [...sentences.slice(0, FIRST_LINES), `… ${leftOut} lines left out`, ...sentences.slice(FIRST_LINES)];
}

/**
 * The receipt of an incident in the order of time: the lines of its timeline, each with the detail where an entry with more is
 * kept, and the kept entries whose line is left out.
 */
export function receiptFrom(
  incidentId: string,
  { lines }: Timeline,
  kept: readonly ReceiptEntry[],
): readonly ReceiptEntry[] {
  const withMore = new Set(kept.map(({ entryId }) => entryId));
  const short = lines
    .filter(({ entryId }) => !withMore.has(entryId))
    .map(({ more, ...line }): ReceiptEntry => ({ incidentId, ...line, detail: more ? EXPIRED : null }));
  const place = new Map(lines.map(({ entryId }, index) => [entryId, index]));
  const placeOf = ({ entryId }: ReceiptEntry) => place.get(entryId) ?? 0;
  return [...short, ...kept].toSorted((a, b) => a.at - b.at || placeOf(a) - placeOf(b));
}

/** The detail of an entry whose item has expired. */
const EXPIRED = { leftOut: 'the detail is no longer kept' };
