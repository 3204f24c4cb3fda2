import type { Fault } from '../../fault.ts';

/** Nothing that needs a repair: alerts like these must end in “healthy”. */
export const noiseFaults: readonly Fault[] = [];
