import { badRequest } from './api-failure.ts';
import type { KeptNode } from './kept-node.ts';

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

export interface NodeSelection {
  readonly nodes: readonly KeptNode[];
  /** Empty at the end. */
  readonly continueToken: string;
  readonly remaining: number;
}

/** labelSelector, fieldSelector (`metadata.name`), limit and continue of a list. Throws `ApiFailure`. */
export function selectNodes(nodes: readonly KeptNode[], query: URLSearchParams): NodeSelection {
  const requirements = split(query.get('labelSelector') ?? '').map(labelRequirement);
  const fields = split(query.get('fieldSelector') ?? '').map(fieldRequirement);
  const after = Buffer.from(query.get('continue') ?? '', 'base64url').toString('utf8');
  const matching = nodes.filter(
    (node) =>
      node.metadata.name > after &&
      requirements.every((holds) => holds(node.metadata.labels ?? {})) &&
      fields.every((name) => node.metadata.name === name),
  );
  const limit = Number(query.get('limit') ?? 0);
  const page = limit > 0 ? matching.slice(0, limit) : matching;
  const last = page.at(-1)?.metadata.name ?? '';
  const remaining = matching.length - page.length;
  return { nodes: page, remaining, continueToken: remaining === 0 ? '' : Buffer.from(last).toString('base64url') };
}

/** Commas separate requirements, but not inside `in (a,b)`. */
function split(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelRequirement(text: string): Requirement {
  const [, setKey, negated, members] = /^(\S+)\s+(not)?in\s*\(([^)]*)\)$/.exec(text) ?? [];
  if (setKey !== undefined && members !== undefined) {
    const values = members.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[setKey] ?? '') !== (negated === 'not');
  }
  const [, key, operator, value] = /^([^!=\s]+)\s*(==|=|!=)\s*([^!=\s]*)$/.exec(text) ?? [];
  if (key !== undefined) return (labels) => (labels[key] === value) !== (operator === '!=');
  const [, not, present] = /^(!?)\s*([^!=\s()]+)$/.exec(text) ?? [];
  if (present !== undefined) return (labels) => Object.hasOwn(labels, present) !== (not === '!');
  throw badRequest(`unable to parse requirement: ${text}`);
}

function fieldRequirement(text: string): string {
  const [, field, name] = /^([^=!]+)==?(.*)$/.exec(text) ?? [];
  if (field !== 'metadata.name' || name === undefined) throw badRequest(`field label not supported: ${field ?? text}`);
  return name;
}
