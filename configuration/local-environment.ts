import type { Cluster } from './cluster.ts';
import type { Configuration } from './configuration.ts';
import { variablesOf } from './variables-of.ts';

/**
 * The file as the environment of `npm start`: its settings, and of the cluster what alerts call it and its Alertmanager. What belongs to
 * the deployment has no meaning on one machine. `hasSlack`: a real Slack, to which the ids of the file belong. `ownFleet`: the lab's fleet,
 * whose drills name their cluster `lab`.
 */
export function localEnvironment(
  cluster: Cluster,
  { approvers, slack, settings }: Configuration,
  { hasSlack, ownFleet }: { readonly hasSlack: boolean; readonly ownFleet: boolean },
): Readonly<Record<string, string>> {
  const { name, otherNames, alertmanager } = cluster;
  return {
    ...variablesOf(settings),
    CLUSTERS: [...new Set([name, ...otherNames, ...(ownFleet ? ['lab'] : [])])].join(','),
    ...(cluster.takesUnnamedAlerts ? { DEFAULT_CLUSTER: name } : {}),
    ...(alertmanager === undefined ? {} : { ALERTMANAGER_URL: alertmanager.url }),
    ...(alertmanager?.receiver === undefined ? {} : { ALERTMANAGER_RECEIVER: alertmanager.receiver }),
    SLACK_CHANNEL: slack.channel,
    ...(hasSlack
      ? {
          APPROVERS: approvers.join(','),
          SLACK_WORKSPACES: slack.workspaces.join(','),
          SLACK_APPS: slack.apps.join(','),
          SLACK_COMMAND_CHANNELS: slack.commandChannels.join(','),
          ...(slack.escalation?.channel === undefined ? {} : { SLACK_ESCALATION_CHANNEL: slack.escalation.channel }),
          ...(slack.escalation?.group === undefined ? {} : { SLACK_ESCALATION_GROUP: slack.escalation.group }),
        }
      : {}),
  };
}
