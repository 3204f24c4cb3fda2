/** A stored time for people, in UTC. A damaged record may hold a number that is none. `at`: epoch milliseconds. */
export function isoTime(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? `(no time: ${at})` : time.toISOString();
}
