import type { MessageSubject, ShownMessage, ShownMessages } from '../../core/incident/shown-messages.ts';
import { createFaults, type Faults } from './faults.ts';

/** What the chat shows, in memory. */
export function createInMemoryShownMessages(): ShownMessages & { readonly faults: Faults } {
  const messages = new Map<string, ShownMessage>();
  const faults = createFaults('store');
  const keyOf = (subject: MessageSubject) => JSON.stringify(subject);
  return {
    faults,
    find: (subject) => faults.around('find', () => structuredClone(messages.get(keyOf(subject)))),
    keep: (subject, message) =>
      faults.around('keep', () => void messages.set(keyOf(subject), structuredClone(message))),
  };
}
