/** A stored time for people, in UTC. A damaged record may hold a number that is none. `at`: epoch milliseconds. */
export function isoTime(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? `(no time: ${at})` : time.toISOString();
}

/** The same to the minute: `2026-11-23T10:15Z`. */
export function isoMinute(at: number): string {
  return isoTime(at).replace(/:\d\d\.\d{3}Z$/, 'Z');
}
