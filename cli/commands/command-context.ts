import type { CliIo } from '../cli-io.ts';

/** What a command of the tree gets: the surroundings, and where it leaves its exit code. */
export interface CommandContext {
  readonly io: CliIo;
  readonly finish: (exitCode: number) => void;
}
