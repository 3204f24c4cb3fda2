import type * as z from 'zod';
import { wrongValue } from './wrong-value.ts';

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'keys with their values',
  record: 'keys with their values',
  string: 'a text',
};

/** What to write where the schema itself has no words for it. */
export const toldByType: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongValue(issue.input, kinds[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return wrongValue(issue.input, issue.values.map(String).join(' or '));
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int')
        return wrongValue(issue.input, `at least ${issue.minimum}`);
      return 'it is empty: fill it in, or leave it out';
    case 'invalid_format':
      return wrongValue(issue.input, `a text that fits ${issue.pattern ?? issue.format}`);
    default:
      return undefined;
  }
};
