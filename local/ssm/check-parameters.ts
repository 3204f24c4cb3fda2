import type { CommandDocument, ParameterDefinition } from './command-document.ts';

/** Parameters as SendCommand takes them: always lists of strings. */
export type GivenParameters = Readonly<Record<string, readonly string[]>>;

/** Why the service would refuse the values before it sends anything; undefined: they are allowed. */
export function checkParameters(document: CommandDocument, given: GivenParameters): string | undefined {
  const foreign = Object.keys(given).find((name) => !Object.hasOwn(document.parameters, name));
  if (foreign !== undefined) return `Parameter "${foreign}" is not defined in document.`;
  for (const [name, definition] of Object.entries(document.parameters)) {
    const values = valuesOf(name, definition, given);
    if (values === undefined) return `Parameter "${name}" requires a value.`;
    if (definition.type !== 'StringList' && values.length !== 1) {
      return `Parameter "${name}" of type ${definition.type} takes exactly one value, got ${values.length}.`;
    }
    for (const value of values) {
      const problem = problemOf(name, value, definition);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** The given values, otherwise the default; undefined when there is neither. */
export function valuesOf(
  name: string,
  definition: ParameterDefinition,
  given: GivenParameters,
): readonly string[] | undefined {
  if (Object.hasOwn(given, name)) return given[name];
  if (definition.default === undefined) return undefined;
  return Array.isArray(definition.default) ? definition.default : [String(definition.default)];
}

function problemOf(name: string, value: string, definition: ParameterDefinition): string | undefined {
  const { type, allowedPattern, allowedValues, minChars = 0, maxChars = Number.POSITIVE_INFINITY } = definition;
  if (type === 'Integer' && !/^-?\d+$/.test(value))
    return `Parameter "${name}" has value "${value}" not of type Integer.`;
  if (type === 'Boolean' && value !== 'true' && value !== 'false') {
    return `Parameter "${name}" has value "${value}" not of type Boolean.`;
  }
  if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value)) {
    return `Parameter "${name}" has value "${value}" not matching "${allowedPattern}".`;
  }
  if (allowedValues !== undefined && !allowedValues.includes(value)) {
    return `Parameter "${name}" has value "${value}" not found in [${allowedValues.join(', ')}].`;
  }
  if (value.length < minChars) return `Parameter "${name}" has length less than ${minChars}.`;
  if (value.length > maxChars) return `Parameter "${name}" has length greater than ${maxChars}.`;
  return undefined;
}
