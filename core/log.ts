/** One structured line per decision. Fields are JSON values; `incidentId` wherever there is one. */
export interface Log {
  info(event: string, fields: LogFields): void;
  warn(event: string, fields: LogFields): void;
  error(event: string, fields: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;
