/**
 * How long after an incident was closed its alerts may still be reported as firing: rules, scrapes and Alertmanager's
 * group_interval are slower than a repair. An alert that fires after that opens a new incident.
 */
export const LINGERING_MS = 10 * 60_000;
