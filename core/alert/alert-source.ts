/** The port to Alertmanager's own list of alerts, for sweep. Throws `RestitchError` (code `alertmanager`). */
export interface AlertSource {
  /** Every alert that is routed to us and not resolved, also silenced and inhibited ones. */
  list(): Promise<HeldAlerts>;
}

export interface HeldAlerts {
  /** Since when Alertmanager is up (epoch milliseconds). It keeps alerts in memory: for a while after a start, many are absent. */
  readonly upSince: number;
  readonly alerts: readonly HeldAlert[];
}

export interface HeldAlert {
  /** False: silenced or inhibited, so nobody is told. */
  readonly active: boolean;
  /** The alert as a webhook would have it, for `readAlert`. */
  readonly raw: unknown;
  readonly fingerprint: string;
  /** Epoch milliseconds. */
  readonly startsAt: number;
}
