import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { choice, dashboardOf, lines, type Question, rows, stat, WIDTH } from './panels.ts';

const here = 'cluster=~"$cluster",node=~"$node"';
const of = (metric: string) => `${metric}{${here}}`;
const rate = (metric: string) => `rate(${of(metric)}[5m])`;

const numbers: readonly Question[] = [
  {
    title: 'Last run of the watchdog',
    expr: `time() - ${of('restitch_watchdog_last_run_timestamp_seconds')}`,
    unit: 's',
  },
  { title: 'Tables that it could not read', expr: `count(${of('restitch_watchdog_unseen')}) or vector(0)` },
  {
    title: 'Devices that are missing or down',
    expr: `count(${of('restitch_device_present')} == 0 or ${of('restitch_device_up')} == 0) or vector(0)`,
  },
  { title: 'Entries that are missing', expr: `sum(${of('restitch_overlay_entries_missing')})` },
  { title: 'Entries that are wrong', expr: `sum(${of('restitch_overlay_entries_wrong')})` },
  { title: 'Pods that do not answer', expr: `sum(${of('restitch_own_pods_silent')})` },
];

const graphs: readonly Question[] = [
  {
    title: 'Lost packets by peer',
    expr: of('restitch_probe_lost_ratio'),
    legend: '{{to}} {{layer}} {{protocol}} {{size}}',
    unit: 'percentunit',
  },
  {
    title: 'Age of handshakes',
    expr: `${of('restitch_wireguard_handshake_age_seconds')} < +Inf`,
    legend: '{{peer}}',
    unit: 's',
  },
  {
    title: 'Received through the tunnel',
    expr: rate('restitch_wireguard_received_bytes_total'),
    legend: '{{peer}}',
    unit: 'Bps',
  },
  {
    title: 'Sent through the tunnel',
    expr: rate('restitch_wireguard_sent_bytes_total'),
    legend: '{{peer}}',
    unit: 'Bps',
  },
  { title: 'MTU of the devices', expr: of('restitch_device_mtu_bytes'), legend: '{{device}}', unit: 'bytes' },
  {
    title: 'Connections that the kernel tracks',
    expr: `${of('restitch_conntrack_entries')} / ${of('restitch_conntrack_limit')}`,
    legend: 'of the limit',
    unit: 'percentunit',
  },
];

const counters = [
  'restitch_conntrack_dropped_total',
  'restitch_neighbour_table_full_total',
  'restitch_checksum_errors_total',
  'restitch_reverse_path_dropped_total',
];

/** One node, layer by layer. */
export function nodeDashboard(): Dashboard {
  const board = dashboardOf(
    'restitch-node',
    'Restitch: node',
    'One node’s overlay, tunnel and agents, as its watchdog sees them.',
  )
    .withVariable(choice('node', 'label_values(restitch_watchdog_info{cluster=~"$cluster"}, node)'))
    .withRow(new RowBuilder('Now'));
  for (const number of numbers) board.withPanel(stat(number, WIDTH / numbers.length));
  board
    .withPanel(rows({ title: 'What do the alerts say?', expr: `ALERTS{${here},alertstate="firing"}` }, WIDTH / 2))
    .withPanel(rows({ title: 'Which peers’ entries are broken?', expr: of('restitch_overlay_peer_broken') }, WIDTH / 2))
    .withRow(new RowBuilder('Over time'));
  for (const graph of graphs) board.withPanel(lines(graph, WIDTH / 2));
  for (const counter of counters)
    board.withPanel(lines({ title: counter, expr: rate(counter), legend: '{{node}}' }, WIDTH / counters.length));
  return board.build();
}
