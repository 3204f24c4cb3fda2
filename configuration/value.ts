import * as z from 'zod';
import { wrongValue } from './wrong-value.ts';

type ErrorOf = (issue: { readonly input?: unknown }) => string;

/** `instead` completes “write …”. */
export const error =
  (instead: string): ErrorOf =>
  (issue) =>
    wrongValue(issue.input, instead);

export function textLike(pattern: RegExp, instead: string) {
  const parameters = { error: error(instead) };
  return z.string(parameters).regex(pattern, parameters);
}

export function listOf<T extends z.ZodType>(one: T, instead: string) {
  return z.array(one, { error: error(`a list, such as ${instead}`) });
}

export const yesOrNo = () => z.boolean({ error: error('true or false') });
