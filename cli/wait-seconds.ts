import { UsageError } from './usage-error.ts';

/** The value of `--wait`. */
export function waitSecondsFrom(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1) throw new UsageError(`--wait ${text}: legal is 1 or more`);
  return seconds;
}
