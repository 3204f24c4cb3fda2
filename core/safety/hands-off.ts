import * as z from 'zod';

/** A person said no to a stage: nothing more is done for the incident. `at` is epoch milliseconds. */
export const HandsOff = z.object({ by: z.string(), stage: z.string(), at: z.int() });

export type HandsOff = z.infer<typeof HandsOff>;
