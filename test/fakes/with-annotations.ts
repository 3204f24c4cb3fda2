import type { NodeObject } from '../../core/evidence/node-object.ts';

/** The Node object with these annotations beside or instead of its own. */
export function withAnnotations<T extends Pick<NodeObject, 'metadata'>>(
  node: T,
  annotations: Readonly<Record<string, string>>,
): T {
  return { ...node, metadata: { ...node.metadata, annotations: { ...node.metadata.annotations, ...annotations } } };
}
