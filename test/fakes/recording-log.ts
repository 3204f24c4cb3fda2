import type { Log, LogFields } from '../../core/log.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

/** A log that a test can read. */
export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[];
  /** The fields of every line with this event, in order. */
  of(event: string): readonly LogFields[];
}

export function createRecordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (event: string, fields: LogFields) =>
    void lines.push({ level, event, fields });
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    lines,
    of: (event) => lines.filter((line) => line.event === event).map(({ fields }) => fields),
  };
}
