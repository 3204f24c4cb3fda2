import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields } from '../../core/log.ts';

const fields = new AsyncLocalStorage<LogFields>();

/** The fields that every line of the log has while this work is done. */
export function logContext(): LogFields {
  return fields.getStore() ?? {};
}

/** Does `work` with these fields in every line of the log, beside those that are there already. */
export function inLogContext<T>(added: LogFields, work: () => T): T {
  return fields.run({ ...logContext(), ...added }, work);
}
