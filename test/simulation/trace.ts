/** One line of a play. `at`: simulated epoch milliseconds. `actor`: whose call it is, or `world` and `person`. */
export interface TraceLine {
  readonly at: number;
  readonly actor: string;
  /** Rendered when somebody reads it: most plays nobody reads. */
  readonly what: () => string;
  /** False for a read that went well: of no interest to somebody who looks for a cause. */
  readonly telling: () => boolean;
}

/** `+00:01:23.456 runbook lab.gpu-1.1-…-1  send apply to gpu-1`: the time since the play began. */
export function formatLine({ at, actor, what }: TraceLine, startedAt: number): string {
  const time = new Date(at - startedAt).toISOString().slice(11, 23);
  return `+${time}  ${actor}: ${what()}`;
}
