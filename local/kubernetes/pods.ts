import * as z from 'zod';
import type { Call, Reply } from './answer-call.ts';
import { ApiFailure, badRequest, methodNotAllowed, notFound } from './api-failure.ts';
import type { NodeTable } from './node-table.ts';

const KeptPod = z.looseObject({
  metadata: z.looseObject({ name: z.string().min(1), labels: z.record(z.string(), z.string()).optional() }),
  spec: z.looseObject({ nodeName: z.string().optional() }),
  status: z.looseObject({ phase: z.string() }).default({ phase: 'Pending' }),
});
type KeptPod = z.infer<typeof KeptPod>;

/** One call about core/v1 Pods: list by `spec.nodeName`, `status.phase` and equal labels, create, and set the status. */
export function answerPods(
  table: NodeTable,
  namespace: string | undefined,
  name: string | undefined,
  call: Call,
): Reply {
  if (call.method === 'GET' && name === undefined) {
    const items = table
      .objects('Pod', namespace)
      .map((pod) => KeptPod.parse(pod))
      .filter(selects(call.url.searchParams));
    return { status: 200, body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items } };
  }
  if (namespace === undefined) throw methodNotAllowed();
  if (call.method === 'POST' && name === undefined) return create(table, namespace, call.text);
  if (call.method === 'PATCH' && name !== undefined) return setStatus(table, namespace, name, call.text);
  throw methodNotAllowed();
}

function create(table: NodeTable, namespace: string, text: string): Reply {
  const posted = parse(text, KeptPod);
  const { name } = posted.metadata;
  if (table.object('Pod', namespace, name) !== undefined)
    throw new ApiFailure(409, 'AlreadyExists', `pods "${name}" already exists`);
  const written = { ...posted, metadata: { ...posted.metadata, namespace } };
  table.putObject('Pod', namespace, name, written);
  return { status: 201, body: written };
}

function setStatus(table: NodeTable, namespace: string, name: string, text: string): Reply {
  const kept = table.object('Pod', namespace, name);
  if (kept === undefined) throw notFound('pods', name);
  const { status } = parse(text, z.object({ status: z.looseObject({ phase: z.string() }) }));
  const written = { ...kept, status };
  table.putObject('Pod', namespace, name, written);
  return { status: 200, body: written };
}

function selects(query: URLSearchParams): (pod: KeptPod) => boolean {
  const fields = termsOf(query.get('fieldSelector'));
  const labels = termsOf(query.get('labelSelector'));
  const unknown = fields.find(([field]) => field !== 'spec.nodeName' && field !== 'status.phase');
  if (unknown !== undefined) throw badRequest(`field label not supported: ${unknown[0]}`);
  return ({ metadata, spec, status }) =>
    fields.every(([field, value]) => (field === 'spec.nodeName' ? spec.nodeName : status.phase) === value) &&
    labels.every(([label, value]) => metadata.labels?.[label] === value);
}

function termsOf(selector: string | null): readonly (readonly [string, string])[] {
  const terms = (selector ?? '').split(',').filter((term) => term !== '');
  return terms.map((term) => {
    const [key = '', value = ''] = term.split('=');
    return [key, value] as const;
  });
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw badRequest(`cannot read the Pod: ${String(error).slice(0, 200)}`);
  }
}
