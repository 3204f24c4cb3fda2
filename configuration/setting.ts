import * as z from 'zod';
import { ladder } from '../core/ladder.ts';
import { ApprovalRule } from '../core/safety/approval-rules.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';
import { wrongValue } from './wrong-value.ts';

/** A variable that functions read: docs/settings.md. */
export type SettingName = keyof typeof SettingsEnvironment.shape;

/** One setting of the file that reaches the functions as a variable of their environment. */
export interface Setting {
  readonly variable: SettingName;
  /** What it is for, in one line for people. */
  readonly about: string;
  /** What the file may say. */
  readonly schema: z.ZodType;
  /** The variable's value for what the file says. Throws where `schema` does not take it. */
  readonly write: (value: unknown) => string;
}

/** Settings by their key in the file. */
export interface SettingGroup {
  readonly [key: string]: Setting | SettingGroup;
}

export function isSetting(entry: Setting | SettingGroup): entry is Setting {
  return typeof entry['variable'] === 'string';
}

/** What counts where nothing is set, as the function that reads it sees it. Undefined: nothing. */
export function defaultOf(variable: SettingName): unknown {
  return SettingsEnvironment.shape[variable].parse(undefined);
}

interface Spelling<T> {
  readonly schema: z.ZodType<T>;
  readonly write: (value: T) => string;
  /** Completes “write …”. Undefined: the function that reads the variable says best what is wrong. */
  readonly instead?: string;
}

/** The function that reads the variable has the last word on each value. */
function setting<T>(variable: SettingName, about: string, { schema, write, instead }: Spelling<T>): Setting {
  const checked = schema.superRefine((value, context) => {
    if (context.issues.length > 0) return;
    const { error } = SettingsEnvironment.shape[variable].safeParse(write(value));
    const [issue] = error?.issues ?? [];
    if (issue === undefined) return;
    context.addIssue({
      code: 'custom',
      message: instead === undefined ? issue.message : wrongValue(value, instead),
    });
  });
  return {
    variable,
    about,
    schema: checked.meta({ description: about }),
    write: (value) => write(schema.parse(value)),
  };
}

const Range = z.looseObject({
  type: z.enum(['integer', 'number']),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** A number in the range that its reader takes. */
export function number(variable: SettingName, about: string): Setting {
  const { type, minimum, exclusiveMinimum, maximum } = Range.parse(
    z.toJSONSchema(SettingsEnvironment.shape[variable], { io: 'output' }),
  );
  const whole = type === 'integer';
  const least = whole && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const bounds = [
    whole ? 'a whole number' : 'a number',
    ...(least === undefined ? ['above', exclusiveMinimum] : ['from', least]),
    ...(most === undefined ? [] : ['to', most]),
  ];
  const instead = `${bounds.join(' ')}, such as ${defaultOf(variable)}`;
  const schema = z.number({ error: ({ input }) => wrongValue(input, instead) });
  const range = {
    type,
    ...(least === undefined ? { exclusiveMinimum } : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  };
  const { schema: checked, ...rest } = setting(variable, about, { schema, write: String, instead });
  return { ...rest, schema: checked.meta({ description: about, ...range }) };
}

export function yesNo(variable: SettingName, about: string): Setting {
  const schema = z.boolean({ error: ({ input }) => wrongValue(input, 'true or false') });
  return setting(variable, about, { schema, write: String });
}

export function oneOf(variable: SettingName, about: string, words: readonly [string, ...string[]]): Setting {
  const schema = z.enum(words, { error: ({ input }) => wrongValue(input, words.join(' or ')) });
  return setting(variable, about, { schema, write: String });
}

/** A text of at least one character. */
export function text(variable: SettingName, about: string): Setting {
  const instead = `a text, such as ${String(defaultOf(variable))}`;
  const error = ({ input }: { readonly input?: unknown }) => wrongValue(input, instead);
  return setting(variable, about, { schema: z.string({ error }).min(1, { error }), write: String, instead });
}

/** A list of names, which have no comma. */
export function names(variable: SettingName, about: string): Setting {
  const instead = 'a list of names, such as [cluster]';
  const error = ({ input }: { readonly input?: unknown }) => wrongValue(input, instead);
  const name = z.string({ error }).regex(/^[^,\s](?:[^,]*[^,\s])?$/, { error });
  return setting(variable, about, {
    schema: z.array(name, { error }).min(1, { error }),
    write: (list) => list.join(','),
    instead,
  });
}

/** A list of windows, each as `MAINTENANCE_WINDOWS` has it. */
export function windows(variable: SettingName, about: string): Setting {
  const error = ({ input }: { readonly input?: unknown }) =>
    wrongValue(input, 'a list of windows, such as ["0 2 * * SAT Europe/Berlin 4h"]');
  return setting(variable, about, {
    schema: z.array(z.string({ error }).regex(/^[^;]+$/, { error }), { error }),
    write: (list) => list.join(';'),
  });
}

/** A list of approval rules, in the order in which they count. */
export function approvalRules(variable: SettingName, about: string): Setting {
  const schema = z.array(ApprovalRule, {
    error: ({ input }) => wrongValue(input, 'a list of rules, such as [{ rung: bounce, ask: two }]'),
  });
  return setting(variable, about, { schema, write: (rules) => JSON.stringify(rules) });
}

/** Seconds by stage: `{ bounce: 1800 }`. */
export function secondsByStage(variable: SettingName, about: string): Setting {
  const error = ({ input }: { readonly input?: unknown }) =>
    wrongValue(input, 'whole seconds from 0 by stage, such as { bounce: 1800 }');
  const seconds = z.number({ error }).int({ error }).min(0, { error }).optional();
  const schema = z.strictObject(Object.fromEntries(ladder.map((stage) => [stage, seconds])), { error });
  const write = (value: Readonly<Record<string, number | undefined>>) =>
    Object.entries(value)
      .map(([stage, given]) => `${stage}=${given}`)
      .join(',');
  return setting(variable, about, { schema, write });
}
