import { isDeepStrictEqual } from 'node:util';
import { ApiFailure, badRequest, conflict, invalid } from './api-failure.ts';
import { JsonPatch, jsonPatch } from './json-patch.ts';
import { KeptNode, withoutEmpty } from './kept-node.ts';
import { isObject, mergePatch } from './merge-patch.ts';

/**
 * Applies a PATCH to a node by the API server's rules (measured on a real one). The result still carries the old
 * resourceVersion; it is the very same object when nothing changed. Throws `ApiFailure`.
 */
export function patchNode(node: KeptNode, contentType: string, text: string): KeptNode {
  const { name, uid, resourceVersion } = node.metadata;
  const patched = applyPatch(node, mediaTypeOf(contentType), text);
  const metadata = isObject(patched) && isObject(patched['metadata']) ? patched['metadata'] : {};
  if (metadata['name'] !== name) {
    throw badRequest(
      `the name of the object (${String(metadata['name'])}) does not match the name on the URL (${name})`,
    );
  }
  if (metadata['uid'] !== uid) throw invalid('Node', name, 'metadata.uid', 'field is immutable');
  if (metadata['resourceVersion'] !== undefined && metadata['resourceVersion'] !== resourceVersion)
    throw conflict(name);
  // Status has its own subresource, and only the server sets the version.
  const candidate = isObject(patched)
    ? { ...patched, status: node.status, metadata: { ...metadata, resourceVersion } }
    : patched;
  const result = withoutEmpty(checked(name, candidate));
  refuseForbidden(node, result);
  return isDeepStrictEqual(result, node) ? node : result;
}

function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function applyPatch(node: KeptNode, mediaType: string, text: string): unknown {
  switch (mediaType) {
    case 'application/merge-patch+json':
      return mergePatch(node, objectFrom(text));
    case 'application/strategic-merge-patch+json': {
      // No changeable field of a Node has a merge key: without directives both kinds of merge are the same.
      if (/"\$[a-zA-Z]+[^"]*"\s*:/.test(text)) throw unsupported('strategic merge directives are not understood here');
      return mergePatch(node, objectFrom(text));
    }
    case 'application/json-patch+json': {
      const operations = JsonPatch.safeParse(jsonFrom(text));
      const result = operations.success ? jsonPatch(node, operations.data) : undefined;
      if (result !== undefined) return result.value;
      throw new ApiFailure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
    }
    default:
      throw unsupported('415: Unsupported Media Type');
  }
}

function unsupported(message: string): ApiFailure {
  return new ApiFailure(415, 'UnsupportedMediaType', message, {});
}

function objectFrom(text: string): unknown {
  const value = jsonFrom(text);
  if (!isObject(value)) throw invalid('', '', 'patch', 'expected an object');
  return value;
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The API server answers 500 although the request is wrong; this answers 400.
    throw badRequest('Invalid JSON Patch');
  }
}

function checked(name: string, candidate: unknown): KeptNode {
  const result = KeptNode.safeParse(candidate);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid('Node', name, issue?.path.join('.') ?? '', issue?.message ?? 'is no Node');
}

function refuseForbidden(old: KeptNode, fresh: KeptNode): void {
  const { name } = old.metadata;
  const taints = fresh.spec.taints ?? [];
  const keys = taints.map(({ key, effect }) => `${key}:${effect}`);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice !== -1) {
    throw invalid('Node', name, `metadata.taints[${twice}]`, 'taints must be unique by key and effect pair');
  }
  for (const field of ['podCIDR', 'podCIDRs', 'providerID'] as const) {
    if (!isDeepStrictEqual(old.spec[field], fresh.spec[field])) {
      throw invalid('Node', name, `spec.${field}`, 'node updates may only change labels, taints, or capacity');
    }
  }
}
