import { type GivenParameters, valuesOf } from './check-parameters.ts';
import type { CommandDocument } from './command-document.ts';

/** One shell step, ready to run. */
export interface BoundStep {
  readonly name: string;
  readonly script: string;
  readonly timeoutSeconds: number;
}

export interface BoundDocument {
  readonly steps: readonly BoundStep[];
  readonly environment: Readonly<Record<string, string>>;
}

/** An agent older than 3.3.2746.0 silently ignores `interpolationType`. */
export type AgentAge = 'current' | 'too-old';

/** The service accepts a smaller time-out for a step, but uses the default instead. */
const LEAST_TIMEOUT_SECONDS = 5;
const DEFAULT_TIMEOUT_SECONDS = 3_600;

/**
 * Binds values as the agent does: `ENV_VAR` ones become the variable `SSM_<name>` and never text, all others replace `{{ name }}` in
 * the script letter by letter, whatever they contain (amazon-ssm-agent, docparser/parameters).
 */
export function bindParameters(document: CommandDocument, given: GivenParameters, agent: AgentAge): BoundDocument {
  const environment: Record<string, string> = {};
  const textual: [string, string | readonly string[]][] = [];
  for (const [name, definition] of Object.entries(document.parameters)) {
    const values = valuesOf(name, definition, given) ?? [];
    if (definition.interpolationType === 'ENV_VAR' && agent === 'current') environment[`SSM_${name}`] = values[0] ?? '';
    else textual.push([name, definition.type === 'StringList' ? values : (values[0] ?? '')]);
  }
  const steps = document.mainSteps.map(({ name, inputs }) => ({
    name,
    script: interpolate(inputs.runCommand, textual),
    timeoutSeconds: inputs.timeoutSeconds < LEAST_TIMEOUT_SECONDS ? DEFAULT_TIMEOUT_SECONDS : inputs.timeoutSeconds,
  }));
  return { steps, environment };
}

function interpolate(
  runCommand: string | readonly string[],
  textual: readonly (readonly [string, string | readonly string[]])[],
): string {
  if (typeof runCommand === 'string') {
    const whole = textual.find(([name]) => new RegExp(`^\\{\\{\\s*${name}\\s*\\}\\}$`).test(runCommand));
    if (whole !== undefined) return [whole[1]].flat().join('\n');
  }
  return textual.reduce(
    (text, [name, value]) =>
      text.replaceAll(new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`, 'g'), () =>
        typeof value === 'string' ? value : JSON.stringify(value),
      ),
    [runCommand].flat().join('\n'),
  );
}
