import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isObject } from './merge-patch.ts';

const Value = z.object({ path: z.string(), value: z.unknown() });
const Source = z.object({ path: z.string(), from: z.string() });

export const JsonPatch = z.array(
  z.discriminatedUnion('op', [
    Value.extend({ op: z.literal('add') }),
    Value.extend({ op: z.literal('replace') }),
    Value.extend({ op: z.literal('test') }),
    z.object({ op: z.literal('remove'), path: z.string() }),
    Source.extend({ op: z.literal('move') }),
    Source.extend({ op: z.literal('copy') }),
  ]),
);

export type JsonPatch = z.infer<typeof JsonPatch>;

/** JSON patch (RFC 6902). Undefined when an operation fails: the document is then as it was. */
export function jsonPatch(target: unknown, patch: JsonPatch): { readonly value: unknown } | undefined {
  const document = { root: structuredClone(target) };
  for (const operation of patch) {
    if (!applyOperation(document, operation)) return undefined;
  }
  return { value: document.root };
}

interface Document {
  root: unknown;
}

function applyOperation(document: Document, operation: JsonPatch[number]): boolean {
  switch (operation.op) {
    case 'test': {
      const found = read(document, operation.path);
      return found !== undefined && isDeepStrictEqual(found.value, operation.value);
    }
    case 'add':
      return add(document, operation.path, operation.value);
    case 'remove':
      return remove(document, operation.path);
    case 'replace':
      return (
        read(document, operation.path) !== undefined &&
        (operation.path === '' || remove(document, operation.path)) &&
        add(document, operation.path, operation.value)
      );
    case 'copy': {
      const found = read(document, operation.from);
      return found !== undefined && add(document, operation.path, structuredClone(found.value));
    }
    case 'move': {
      const found = read(document, operation.from);
      return found !== undefined && remove(document, operation.from) && add(document, operation.path, found.value);
    }
  }
}

/** RFC 6901: `~1` is a slash, `~0` a tilde. */
function tokensOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Document, pointer: string): { readonly value: unknown } | undefined {
  let value = document.root;
  for (const token of tokensOf(pointer)) {
    const child = childOf(value, token);
    if (child === undefined) return undefined;
    value = child.value;
  }
  return { value };
}

function childOf(parent: unknown, token: string): { readonly value: unknown } | undefined {
  if (Array.isArray(parent)) {
    const index = indexOf(token, parent.length - 1);
    return index === undefined ? undefined : { value: parent[index] };
  }
  return isObject(parent) && Object.hasOwn(parent, token) ? { value: parent[token] } : undefined;
}

function add(document: Document, pointer: string, value: unknown): boolean {
  const token = tokensOf(pointer).at(-1);
  if (token === undefined) {
    document.root = value;
    return true;
  }
  const parent = read(document, parentOf(pointer))?.value;
  if (Array.isArray(parent)) {
    const index = token === '-' ? parent.length : indexOf(token, parent.length);
    if (index === undefined) return false;
    parent.splice(index, 0, value);
    return true;
  }
  if (!isObject(parent)) return false;
  parent[token] = value;
  return true;
}

function remove(document: Document, pointer: string): boolean {
  const token = tokensOf(pointer).at(-1);
  const parent = read(document, parentOf(pointer))?.value;
  if (token === undefined || childOf(parent, token) === undefined) return false;
  if (Array.isArray(parent)) parent.splice(Number(token), 1);
  else if (isObject(parent)) delete parent[token];
  return true;
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}

function indexOf(token: string, last: number): number | undefined {
  if (!/^(0|[1-9]\d*)$/.test(token)) return undefined;
  return Number(token) <= last ? Number(token) : undefined;
}
