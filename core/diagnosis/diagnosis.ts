import * as z from 'zod';
import { FaultClass } from './fault-class.ts';

/** What is wrong, why we think so, and why it is none of the others. */
export const Diagnosis = z.object({
  class: FaultClass,
  cause: z.string().describe('kebab-case, one step finer than the class: fdb-missing, interface-down …'),
  hostAtFault: z.string().nullable(),
  confidence: z.number().min(0).max(1),
  because: z.array(z.string()),
  against: z.array(z.object({ class: FaultClass, why: z.string() })),
});

export type Diagnosis = z.infer<typeof Diagnosis>;

/** What one rule says: this is it, or why it is not. */
export type Finding =
  | {
      readonly type: 'found';
      readonly class: FaultClass;
      readonly cause: string;
      readonly hostAtFault: string | null;
      readonly confidence: number;
      readonly because: readonly string[];
    }
  | { readonly type: 'not'; readonly class: FaultClass; readonly why: string };
