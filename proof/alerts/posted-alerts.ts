import type { Labels } from './fired-alerts.ts';

const ranks: readonly (string | undefined)[] = ['shared', 'cause', 'path'];

/**
 * What reaches Restitch of the alerts that fire: remarks do not, and a shared alert mutes those of the nodes behind its hub, as
 * monitoring/alertmanager has it. The first is the one whose class is the first hypothesis.
 */
export function postedAlerts(fired: readonly Labels[], alertingNode: string): readonly Labels[] {
  const own = (labels: Labels) => (labels['node'] === alertingNode ? 0 : 1);
  const rank = (labels: Labels) => ranks.indexOf(labels['restitch_rank']);
  const shared = fired.filter(({ restitch_rank }) => restitch_rank === 'shared');
  const isMuted = (labels: Labels) =>
    labels['restitch_rank'] !== 'shared' && shared.some(({ hub }) => hub !== undefined && hub === labels['hub']);
  return fired
    .filter((labels) => rank(labels) >= 0 && !isMuted(labels))
    .toSorted((left, right) => rank(left) - rank(right) || own(left) - own(right));
}
