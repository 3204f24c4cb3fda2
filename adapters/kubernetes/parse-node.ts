import * as z from 'zod';
import { NodeObject } from '../../core/evidence/node-object.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { describeIssue } from '../../core/shorten.ts';

const NodeList = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  items: z.array(z.unknown()).default([]),
});

export interface NodePage {
  readonly nodes: readonly NodeObject[];
  /** The token for the next page; undefined on the last one. */
  readonly continueToken: string | undefined;
}

export function parseNode(text: string): NodeObject {
  return check(NodeObject, parseJson(text));
}

export function parseNodePage(text: string): NodePage {
  const list = check(NodeList, parseJson(text));
  const next = list.metadata.continue;
  return {
    nodes: list.items.map((item) => check(NodeObject, item)),
    continueToken: next === undefined || next === '' ? undefined : next,
  };
}

/** In Kubernetes' JSON a null field means an absent one (`"lastHeartbeatTime": null`). */
export function parseJson(text: string): unknown {
  try {
    // A reviver costs more than the parsing: most answers have no null.
    return text.includes('null') ? JSON.parse(text, (_key, value: unknown) => value ?? undefined) : JSON.parse(text);
  } catch (error) {
    throw new RestitchError('kubernetes', 'the answer of the Kubernetes API is not JSON', {
      retryable: false,
      cause: error,
    });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RestitchError('kubernetes', `Node object: ${describeIssue(result.error.issues[0])}`, {
    retryable: false,
  });
}
