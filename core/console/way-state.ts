/** How packets fare in one direction, from the best to the worst. `unmeasured` says nothing, and is no health. */
export const wayStates = ['passed', 'unmeasured', 'too-long', 'degraded', 'lost'] as const;

export type WayState = (typeof wayStates)[number];
