/** Two parts of the file that do not go together. `path`: where one of them stands. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The same, of the cluster at this place of the file. */
export function below(at: number, { path, message }: Contradiction): Contradiction {
  return { path: ['clusters', at, ...path], message };
}
