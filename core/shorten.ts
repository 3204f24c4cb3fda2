import type * as z from 'zod';
import { onOneLine } from './on-one-line.ts';

/** Longer ones help nobody, and whoever wrote them may have written a megabyte. */
const MOST_CHARACTERS = 300;

/** A text from outside for a message of ours: on one line, and not longer than is helpful. */
export function shorten(text: string, most = MOST_CHARACTERS): string {
  const line = onOneLine(text);
  return line.length <= most ? line : `${line.slice(0, most).toWellFormed()}…`;
}

/** `alerts.0.startsAt: not a time`: where a value does not fit its schema, and why. `whole`: the name of the value itself. */
export function describeIssue(issue: z.core.$ZodIssue | undefined, whole = 'value'): string {
  return `${shorten(issue?.path.join('.') || whole)}: ${shorten(issue?.message ?? 'does not fit')}`;
}
