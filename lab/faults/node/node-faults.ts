import type { Fault } from '../../fault.ts';

/** What runs on a node besides its network. */
export const nodeFaults: readonly Fault[] = [];
