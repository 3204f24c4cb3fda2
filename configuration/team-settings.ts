import {
  approvalRules,
  names,
  number,
  oneOf,
  type SettingGroup,
  secondsByStage,
  text,
  windows,
  yesNo,
} from './setting.ts';

/** The budgets and limits of every scope have the same two parts. */
const PERCENT = 'percent of the nodes; the larger of the two counts';

/**
 * What the file sets for every cluster and the functions read from their environment. A setting stands here once: schema, page,
 * environment and tests are made from it.
 */
export const teamSettings: SettingGroup = {
  alerts: {
    clusterLabels: names(
      'CLUSTER_LABELS',
      'labels of an alert that name its cluster; the first one that it has counts',
    ),
    nodeLabels: names(
      'NODE_LABELS',
      'labels of an alert that name its node; `instance` without its port is the last resort',
    ),
    maxBodyBytes: number('MAX_BODY_BYTES', 'larger webhooks are answered 503'),
  },
  nodes: {
    labels: {
      role: text('LABEL_ROLE', 'label of Nodes: `hub` marks hubs'),
      hub: text('LABEL_HUB', "label of Nodes: the node's own hub; the nodes behind a hub have a disruption budget"),
      pool: text('LABEL_POOL', 'label of Nodes: its pool, which has a disruption budget'),
      site: text(
        'LABEL_SITE',
        'label of Nodes: its site, which has a budget; helps to choose the peer to compare with',
      ),
      provider: text(
        'LABEL_PROVIDER',
        'label of Nodes: whose network it stands in, for faults that several sites share',
      ),
    },
    instanceTag: text('INSTANCE_TAG', 'tag whose value is the name of the Node, on EC2 and hybrid instances'),
    inventoryNamespace: text('INVENTORY_NAMESPACE', 'where the ConfigMap `restitch-inventory` is'),
    vxlanDevice: text(
      'VXLAN_DEVICE',
      "flannel's device where it runs VXLAN; flannel's own WireGuard is always `flannel-wg`",
    ),
    wireguardDevice: text('WIREGUARD_DEVICE', 'the tunnel to the hub'),
    kubeletPort: number('KUBELET_PORT', 'TCP port of the kubelets, which hosts try to reach on each other'),
  },
  safety: {
    mode: oneOf('REPAIR_MODE', '`shadow`: decide, record, post and do nothing; `act`', ['shadow', 'act']),
    autonomy: {
      earned: yesNo('EARNED_AUTONOMY', 'whether stages earn what they may do, by good outcomes in a row'),
      toApprove: number('AUTONOMY_TO_APPROVE', 'how many, to leave shadow and ask for approval'),
      toAuto: number('AUTONOMY_TO_AUTO', 'how many, to act unasked'),
    },
    approvalTimeoutSeconds: number(
      'APPROVAL_TIMEOUT_SECONDS',
      'an unanswered approval then expires, which counts as no unless a rule says otherwise',
    ),
    escalateAfterSeconds: number(
      'ESCALATE_AFTER_SECONDS',
      'after this time without an answer `slack.escalation` is told of the question; 0: never',
    ),
    approveQuarantine: yesNo(
      'APPROVE_QUARANTINE',
      'ask before `quarantine` and `restart-agent` too; a restart on a hub or a server of the control plane always asks',
    ),
    approvalRules: approvalRules(
      'APPROVAL_RULES',
      'who is asked before a stage, by class, rung and pool, and what an unanswered question leads to: see [approval rules](safety.md#approval-rules)',
    ),
    budgets: {
      pool: {
        maxPercent: number('BUDGET_MAX_PERCENT', `nodes of a pool out of service at once, in ${PERCENT}`),
        minNodes: number('BUDGET_MIN_NODES', 'the same in nodes. The last node of a pool is taken only with approval'),
      },
      site: {
        maxPercent: number('BUDGET_SITE_MAX_PERCENT', `nodes of a site out of service at once, in ${PERCENT}`),
        minNodes: number('BUDGET_SITE_MIN_NODES', 'the same in nodes'),
      },
      hub: {
        maxPercent: number('BUDGET_HUB_MAX_PERCENT', `nodes behind a hub out of service at once, in ${PERCENT}`),
        minNodes: number('BUDGET_HUB_MIN_NODES', 'the same in nodes'),
      },
      cluster: {
        maxPercent: number('BUDGET_CLUSTER_MAX_PERCENT', `nodes of a cluster out of service at once, in ${PERCENT}`),
        minNodes: number('BUDGET_CLUSTER_MIN_NODES', 'the same in nodes'),
      },
    },
    breaker: {
      maxPercent: number('BREAKER_MAX_PERCENT', `it trips when more nodes look broken, in ${PERCENT}`),
      minNodes: number('BREAKER_MIN_NODES', 'the same in nodes'),
      windowSeconds: number('BREAKER_WINDOW_SECONDS', 'within which time they count'),
      retrySeconds: number('BREAKER_RETRY_SECONDS', 'when an open breaker lets one canary through'),
    },
    staleLeases: {
      minPercent: number('STALE_LEASES_MIN_PERCENT', `so many at once are the control plane's trouble, in ${PERCENT}`),
      minNodes: number('STALE_LEASES_MIN_NODES', 'the same in nodes'),
    },
    cooldownSeconds: secondsByStage('COOLDOWN_SECONDS', 'how long a stage may not act again on the same host'),
    runsPerDay: number('RUNS_PER_DAY', 'runs that act on a host per day'),
    ineffectiveRuns: number('INEFFECTIVE_RUNS', 'runs in four hours that did not heal it'),
    flapIncidents: number('FLAP_INCIDENTS', 'incidents in half an hour that are flapping'),
    maintenanceWindows: windows(
      'MAINTENANCE_WINDOWS',
      'when it acts, each `MINUTE HOUR DAY MONTH WEEKDAY ZONE LENGTH`; none: at any time',
    ),
    claimHours: number('CLAIM_HOURS', 'after this time a claim no longer keeps other incidents from the node'),
    coolOffSeconds: number(
      'COOL_OFF_SECONDS',
      "how long a node is left alone after a person lifted Restitch's cordon or removed its taint",
    ),
  },
  incidents: {
    stableSeconds: number('STABLE_SECONDS', 'how long a healed node is watched before the incident closes'),
    busySeconds: number(
      'BUSY_SECONDS',
      'how long a run waits for a busy host, a claimed node or a used-up budget before it is handed over',
    ),
    absentTargetHours: number(
      'ABSENT_TARGET_HOURS',
      'an incident about a node that the cluster does not have ends when its alerts are resolved, or after this time',
    ),
    drain: oneOf('DRAIN', '`by-approval`: ask whether the pods of a quarantined node are to move', [
      'off',
      'by-approval',
    ]),
    drainSeconds: number('DRAIN_SECONDS', 'how long one drain may take'),
    gateAfterSeconds: number(
      'GATE_AFTER_SECONDS',
      "how long a node's network must be sick before new pods are kept away from it; 0: never",
    ),
    recheckSeconds: number('RECHECK_SECONDS', 'when sweep looks at a handed-over incident again'),
    receiptDays: number(
      'RECEIPT_DAYS',
      'how long the details of receipts (evidence, outputs) and the histories of executions are kept; incidents and their timelines stay',
    ),
    startGraceSeconds: number(
      'START_GRACE_SECONDS',
      'how long after its last change an incident may be without an execution',
    ),
  },
  watchdog: {
    expectedNetwork: oneOf(
      'EXPECTED_NETWORK',
      'whether sweep keeps the file of the watchdogs on the nodes: `when-acting`: not in shadow mode; `always`; `off`',
      ['when-acting', 'always', 'off'],
    ),
    expectedNetworkMaxNodes: number('EXPECTED_NETWORK_MAX_NODES', 'in a larger fleet no file is kept; at most 1000'),
  },
};
