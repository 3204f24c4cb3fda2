/** One disagreement, in the record itself or with what the cluster or a hub says. */
export interface Difference {
  readonly node: string;
  /** The field of the node's entry; `node` when there is no entry, or no Node. */
  readonly field: string;
  /** One sentence for a person. */
  readonly problem: string;
}

/** Differences as one line each: `gpu-1, publicKey: …`. */
export function describeDifference({ node, field, problem }: Difference): string {
  return `${node}, ${field}: ${problem}`;
}
