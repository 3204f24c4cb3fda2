import * as z from 'zod';

/** A registered Command document, as far as the stand-in runs it. */
export const CommandDocument = z.object({
  schemaVersion: z.literal('2.2'),
  parameters: z
    .record(
      z.string(),
      z.object({
        type: z.literal('String'),
        default: z.string().optional(),
        allowedPattern: z.string().optional(),
        allowedValues: z.array(z.string()).optional(),
        interpolationType: z.literal('ENV_VAR').optional(),
      }),
    )
    .default({}),
  mainSteps: z
    .array(
      z.object({
        action: z.literal('aws:runShellScript'),
        name: z.string(),
        inputs: z.object({ runCommand: z.array(z.string()), timeoutSeconds: z.coerce.number().default(3_600) }),
      }),
    )
    .min(1),
});

export type CommandDocument = z.infer<typeof CommandDocument>;

export type BoundParameters =
  | {
      readonly type: 'bound';
      readonly script: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly timeoutSeconds: number;
    }
  | { readonly type: 'invalid'; readonly message: string };

/** An agent older than 3.3.2746.0 ignores `interpolationType` without a word. */
export type AgentAge = 'current' | 'too-old';

/** Checks parameter values as the service does, and binds them as the agent does. */
export function bindParameters(
  document: CommandDocument,
  given: Readonly<Record<string, readonly string[]>>,
  agent: AgentAge,
): BoundParameters {
  const foreign = Object.keys(given).find((name) => !(name in document.parameters));
  if (foreign !== undefined) return invalid(`Parameter "${foreign}" is not defined in document`);
  const environment: Record<string, string> = {};
  const textual: [string, string][] = [];
  for (const [name, definition] of Object.entries(document.parameters)) {
    const value = given[name]?.[0] ?? definition.default;
    if (value === undefined) return invalid(`Parameter "${name}" requires a value.`);
    const problem = problemOf(name, value, definition);
    if (problem !== undefined) return invalid(problem);
    if (definition.interpolationType === 'ENV_VAR' && agent === 'current') environment[`SSM_${name}`] = value;
    textual.push([name, value]);
  }
  const [step] = document.mainSteps;
  if (step === undefined) return invalid('document has no step');
  const script = textual.reduce(
    (text, [name, value]) => text.replaceAll(new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`, 'g'), () => value),
    step.inputs.runCommand.join('\n'),
  );
  // Below 5 s the service silently means an hour.
  const { timeoutSeconds } = step.inputs;
  return { type: 'bound', script, environment, timeoutSeconds: timeoutSeconds < 5 ? 3_600 : timeoutSeconds };
}

function problemOf(name: string, value: string, definition: CommandDocument['parameters'][string]): string | undefined {
  if (definition.allowedPattern !== undefined && !new RegExp(definition.allowedPattern).test(value)) {
    return `Parameter "${name}" with value "${value}" does not match the allowed pattern: ${definition.allowedPattern}`;
  }
  if (definition.allowedValues !== undefined && !definition.allowedValues.includes(value)) {
    return `Parameter "${name}" has value "${value}" not in the list of allowed values`;
  }
  return undefined;
}

function invalid(message: string): BoundParameters {
  return { type: 'invalid', message };
}
