import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Call, Reply } from './answer-call.ts';
import { ApiFailure, badRequest, methodNotAllowed } from './api-failure.ts';
import type { NodeTable } from './node-table.ts';

const PostedEvent = z.looseObject({
  metadata: z.looseObject({ name: z.string().min(1) }),
  involvedObject: z.looseObject({ kind: z.string(), name: z.string() }),
});

/** One call about core/v1 Events: list and create. */
export function answerEvents(table: NodeTable, namespace: string, { method, text }: Call, now: number): Reply {
  if (method === 'GET')
    return {
      status: 200,
      body: { kind: 'EventList', apiVersion: 'v1', metadata: {}, items: table.objects('Event', namespace) },
    };
  if (method !== 'POST') throw methodNotAllowed();
  const posted = parse(text);
  const { name } = posted.metadata;
  if (table.object('Event', namespace, name) !== undefined)
    throw new ApiFailure(409, 'AlreadyExists', `events "${name}" already exists`);
  const written = {
    ...posted,
    metadata: {
      ...posted.metadata,
      namespace,
      uid: randomUUID(),
      resourceVersion: table.nextRevision(),
      creationTimestamp: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    },
  };
  table.putObject('Event', namespace, name, written);
  return { status: 201, body: written };
}

function parse(text: string): z.infer<typeof PostedEvent> {
  try {
    return PostedEvent.parse(JSON.parse(text));
  } catch (error) {
    throw badRequest(`cannot read the Event: ${String(error).slice(0, 200)}`);
  }
}
