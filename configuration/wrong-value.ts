const MOST_SHOWN = 60;

/** `"soon" is not right: write a whole number from 0`. Nothing given: `it is missing: write …`. */
export function wrongValue(given: unknown, instead: string): string {
  if (given === undefined || given === null) return `it is missing: write ${instead}`;
  const shown = JSON.stringify(given) ?? String(given);
  return `${shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown} is not right: write ${instead}`;
}
