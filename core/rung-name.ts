/** The rungs of the ladder, from the least harm to the most. */
export const rungNames = ['reconcile', 'cloud-route', 'restart-agent', 'bounce', 'quarantine'] as const;

export type RungName = (typeof rungNames)[number];
