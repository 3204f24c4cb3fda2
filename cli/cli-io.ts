/** The surroundings of a command: standard output, standard error, and the environment. */
export interface CliIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard output is a terminal that shows colours. */
  readonly colours?: boolean;
  /** Asks the person at the terminal. Undefined: nobody is there to answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
}
