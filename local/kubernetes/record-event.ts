import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ApiFailure, badRequest, invalid } from './api-failure.ts';
import type { NodeTable } from './node-table.ts';

const PostedEvent = z.looseObject({
  metadata: z.looseObject({ name: z.string().optional(), generateName: z.string().optional() }),
  involvedObject: z.looseObject({ namespace: z.string().optional() }),
});

/** Keeps a posted core/v1 Event of namespace `default`, completed as the API server completes it. */
export function recordEvent(table: NodeTable, text: string, now: number): object {
  const event = parse(text);
  const { name: given, generateName } = event.metadata;
  const name = given ?? (generateName === undefined ? undefined : `${generateName}${randomBytes(3).toString('hex')}`);
  if (name === undefined) throw invalid('Event', '', 'metadata.name', 'name or generateName is required');
  const about = event.involvedObject.namespace ?? '';
  if (about !== '' && about !== 'default') {
    throw invalid('Event', name, 'involvedObject.namespace', 'does not match event.namespace');
  }
  const kept = {
    ...event,
    kind: 'Event',
    apiVersion: 'v1',
    metadata: {
      ...event.metadata,
      name,
      namespace: 'default',
      uid: randomUUID(),
      resourceVersion: table.nextRevision(),
      creationTimestamp: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    },
  };
  if (!table.addEvent(name, kept)) throw new ApiFailure(409, 'AlreadyExists', `events "${name}" already exists`);
  return kept;
}

function parse(text: string): z.infer<typeof PostedEvent> {
  try {
    return PostedEvent.parse(JSON.parse(text));
  } catch (error) {
    throw badRequest(`cannot read the Event: ${String(error).slice(0, 200)}`);
  }
}
