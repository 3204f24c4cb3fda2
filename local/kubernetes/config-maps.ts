import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Call, Reply } from './answer-call.ts';
import { ApiFailure, badRequest, methodNotAllowed, notFound } from './api-failure.ts';
import type { NodeTable } from './node-table.ts';

const PostedConfigMap = z.looseObject({
  metadata: z.looseObject({ name: z.string().min(1) }),
  data: z.record(z.string(), z.string()).optional(),
});
type PostedConfigMap = z.infer<typeof PostedConfigMap>;

/** One call about core/v1 ConfigMaps: read, create and replace. `name`: undefined for the collection. */
export function answerConfigMaps(
  table: NodeTable,
  namespace: string,
  name: string | undefined,
  { method, text }: Call,
  now: number,
): Reply {
  const kept = name === undefined ? undefined : table.object('ConfigMap', namespace, name);
  if (method === 'GET' && name !== undefined) {
    if (kept === undefined) throw notFound('configmaps', name);
    return { status: 200, body: kept };
  }
  const isCreation = method === 'POST' && name === undefined;
  if (!isCreation && !(method === 'PUT' && name !== undefined)) throw methodNotAllowed();
  const posted = parse(text);
  const own = posted.metadata.name;
  if (isCreation && table.object('ConfigMap', namespace, own) !== undefined)
    throw new ApiFailure(409, 'AlreadyExists', `configmaps "${own}" already exists`);
  if (!isCreation && kept === undefined) throw notFound('configmaps', own);
  return { status: isCreation ? 201 : 200, body: putConfigMap(table, namespace, posted, now) };
}

/** Writes a ConfigMap, with what the API server adds, in the place of the one that is there. Returns it as written. */
export function putConfigMap(table: NodeTable, namespace: string, posted: PostedConfigMap, now: number): object {
  const written = {
    ...posted,
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: {
      ...posted.metadata,
      namespace,
      uid: randomUUID(),
      resourceVersion: table.nextRevision(),
      creationTimestamp: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    },
  };
  table.putObject('ConfigMap', namespace, posted.metadata.name, written);
  return written;
}

function parse(text: string): PostedConfigMap {
  try {
    return PostedConfigMap.parse(JSON.parse(text));
  } catch (error) {
    throw badRequest(`cannot read the ConfigMap: ${String(error).slice(0, 200)}`);
  }
}
