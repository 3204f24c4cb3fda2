import * as z from 'zod';
import { ApiFailure, badRequest } from './api-failure.ts';
import { KeptCondition, type KeptNode } from './kept-node.ts';

const StatusPatch = z.object({ status: z.strictObject({ conditions: z.array(KeptCondition) }) });

/** A strategic merge patch of a node's status: conditions are merged by their type, as the API server does. */
export function patchConditions(node: KeptNode, contentType: string, text: string): KeptNode {
  if (!contentType.startsWith('application/strategic-merge-patch+json'))
    throw new ApiFailure(415, 'UnsupportedMediaType', 'status takes a strategic merge patch here');
  const fresh = parse(text).status.conditions;
  const kept = (node.status.conditions ?? []).filter(({ type }) => !fresh.some((each) => each.type === type));
  return { ...node, status: { ...node.status, conditions: [...kept, ...fresh] } };
}

function parse(text: string): z.infer<typeof StatusPatch> {
  try {
    return StatusPatch.parse(JSON.parse(text));
  } catch (error) {
    throw badRequest(`cannot read the status: ${String(error).slice(0, 200)}`);
  }
}
