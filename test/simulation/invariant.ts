import type { Played } from './play.ts';

/** What must hold whatever happens. `broken`: one line for each time that it did not. */
export interface Invariant {
  readonly name: string;
  readonly broken: (played: Played) => readonly string[];
}

/** The time since the play began. */
export function time({ world }: Played, at: number): string {
  return `+${new Date(at - world.startedAt).toISOString().slice(11, 23)}`;
}
