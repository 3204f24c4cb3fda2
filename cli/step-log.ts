import type { CliIo } from './cli-io.ts';

/** One step of what a command follows. `seconds` since it began. */
export interface Step {
  readonly seconds: number;
  readonly text: string;
}

/** The steps of a command: printed as they come, or kept for its JSON. */
export interface StepLog {
  readonly steps: readonly Step[];
  readonly say: (seconds: number, text: string) => void;
}

export function stepLog({ json }: { readonly json: boolean }, { out }: Pick<CliIo, 'out'>): StepLog {
  const steps: Step[] = [];
  return {
    steps,
    say: (seconds, text) => {
      steps.push({ seconds, text });
      if (!json) out(`${seconds.toFixed(1).padStart(7)} s  ${text}`);
    },
  };
}
