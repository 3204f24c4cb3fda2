import { type Alias, isAlias, isCollection, isNode, isPair, type Node } from 'yaml';

/** What nobody can read of a file that is right YAML, and why. */
export interface UnusableNode {
  readonly node: Node;
  readonly why: string;
}

/** So many values a file may hold where every alias stands for what it repeats. */
const MOST_VALUES = 100_000;
/** Whoever reads a value goes down into it, and has room for some thousand steps. */
const MOST_DEPTH = 200;

/**
 * An alias (`*name`) without its anchor before it, one within what it repeats, and one that makes the file too large, because aliases of
 * aliases multiply; and what is nested too deep.
 */
export function unusableNodes(contents: unknown): readonly UnusableNode[] {
  const unusable: UnusableNode[] = [];
  const sizes = new Map<string, number>();
  const open = new Set<string>();
  const sizeOfAlias = (node: Alias): number => {
    const { source } = node;
    const size = sizes.get(source);
    if (open.has(source)) unusable.push({ node, why: `*${source} stands within what it repeats` });
    else if (size === undefined) unusable.push({ node, why: `*${source} has no &${source} before it` });
    else if (size > MOST_VALUES) unusable.push({ node, why: `*${source} repeats more than ${MOST_VALUES} values` });
    else return size;
    return 1;
  };
  const sizeOf = (node: unknown, depth: number): number => {
    if (isAlias(node)) return sizeOfAlias(node);
    if (isPair(node)) return sizeOf(node.key, depth) + sizeOf(node.value, depth);
    if (!isCollection(node)) return noted(node, 1);
    if (depth > MOST_DEPTH) {
      unusable.push({ node, why: `this is nested more than ${MOST_DEPTH} deep` });
      return 1;
    }
    if (node.anchor !== undefined) open.add(node.anchor);
    return noted(
      node,
      node.items.reduce<number>((sum, item) => sum + sizeOf(item, depth + 1), 1),
    );
  };
  const noted = (node: unknown, size: number): number => {
    if (!isNode(node) || node.anchor === undefined) return size;
    open.delete(node.anchor);
    sizes.set(node.anchor, size);
    return size;
  };
  sizeOf(contents, 1);
  return unusable;
}
