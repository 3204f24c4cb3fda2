import { stringify } from 'yaml';

const NAME = 'restitch-watchdog';
const SECONDS_BETWEEN_RUNS = 30;
/** Folders of the host, by where the container has them. */
const folders = [
  { name: 'textfiles', host: '/var/lib/prometheus/node-exporter', container: '/textfiles', readOnly: false },
  { name: 'flannel', host: '/run/flannel', container: '/host/run/flannel', readOnly: true },
  { name: 'cni', host: '/var/lib/cni/networks', container: '/host/var/lib/cni/networks', readOnly: true },
  { name: 'expected', host: '/var/lib/restitch', container: '/host/var/lib/restitch', readOnly: true },
  { name: 'modules', host: '/lib/modules', container: '/lib/modules', readOnly: true },
] as const;

/**
 * The watchdog as a DaemonSet, for nodes without systemd units of their own. It shares the host's network and its list of
 * processes, and has two capabilities: NET_ADMIN, which `wg show` and `nft list` ask for, and NET_RAW for ping.
 */
export function renderDaemonSet(script: string): string {
  const metadata = { name: NAME, namespace: 'restitch', labels: { app: NAME } };
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [NAME]: script } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        selector: { matchLabels: { app: NAME } },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '20%' } },
        template: { metadata: { labels: { app: NAME } }, spec: podSpec() },
      },
    },
  ];
  const head = '# Written by `npm run monitoring`. Set the image: monitoring/watchdog/Dockerfile makes one.\n';
  return head + objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}

function podSpec() {
  return {
    hostNetwork: true,
    hostPID: true,
    dnsPolicy: 'Default',
    automountServiceAccountToken: false,
    priorityClassName: 'system-node-critical',
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: NAME,
        image: 'registry.example.com/restitch-watchdog:1',
        command: ['sh', '-c', `while :; do sh /script/${NAME}; sleep ${SECONDS_BETWEEN_RUNS}; done`],
        env: [
          { name: 'WATCHDOG_NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'WATCHDOG_ROOT', value: '/host' },
          { name: 'WATCHDOG_OUT', value: '/textfiles/restitch.prom' },
          { name: 'WATCHDOG_STATE', value: '/state' },
        ],
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
        },
        volumeMounts: [
          { name: 'script', mountPath: '/script', readOnly: true },
          { name: 'state', mountPath: '/state' },
          ...folders.map(({ name, container, readOnly }) => ({ name, mountPath: container, readOnly })),
        ],
      },
    ],
    volumes: [
      { name: 'script', configMap: { name: NAME } },
      { name: 'state', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
      ...folders.map(({ name, host }) => ({ name, hostPath: { path: host, type: 'DirectoryOrCreate' } })),
    ],
  };
}
