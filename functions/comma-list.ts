import * as z from 'zod';

/** A comma-separated environment variable as a list; blanks around the parts and empty parts are dropped. */
export const CommaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
