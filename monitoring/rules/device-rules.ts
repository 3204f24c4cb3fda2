import { type CauseRule, offHubs, onHubs, onOverlay } from './cause-rule.ts';

const tunnelBroken = [
  'restitch_device_present{role="tunnel"} == 0',
  'restitch_device_up{role="tunnel"} == 0',
  'restitch_wireguard_answers == 0 and on (cluster, node, device) restitch_device_present{role="tunnel"}',
].join(' or ');
const overlayGone = 'restitch_device_present{role=~"overlay6?"} == 0';
const overlayDown = 'restitch_device_up{role=~"overlay6?"} == 0';
/** The port is the fleet's own choice: a node differs that has another one than most. */
const attributeWrong =
  'restitch_device_attribute_wrong{attribute!="key"} == 1 or restitch_device_port != on (cluster) group_left () quantile by (cluster) (0.5, restitch_device_port)';

/** Devices that are missing, down or not what the expected network says. */
export const deviceRules: readonly CauseRule[] = [
  {
    name: 'TunnelDeviceBroken',
    class: 'tunnel-down',
    level: 2,
    severity: 'critical',
    for: '1m',
    expr: offHubs(tunnelBroken),
    summary: 'The WireGuard device of {{ $labels.node }} is missing, down or does not answer',
    advice: 'See whether wg-quick or wireguard-go runs; the tunnel has no other side to blame.',
  },
  {
    name: 'HubTunnelDeviceBroken',
    class: 'hub-outage',
    level: 2,
    severity: 'critical',
    for: '1m',
    expr: onHubs(tunnelBroken),
    summary: 'The WireGuard device of the hub {{ $labels.node }} is missing, down or does not answer',
    advice: 'Every node behind the hub is cut off: start the tunnel there, nowhere else.',
  },
  {
    name: 'TunnelAddressMissing',
    class: 'tunnel-down',
    level: 2,
    severity: 'critical',
    for: '1m',
    expr: 'restitch_tunnel_address_missing == 1',
    summary: 'The WireGuard device of {{ $labels.node }} has lost its address',
    advice: 'Something else than wg-quick set the device up; give it its address again.',
  },
  {
    name: 'OverlayModuleMissing',
    class: 'node-agent',
    level: 2,
    severity: 'critical',
    for: '1m',
    expr: 'restitch_kernel_module_missing == 1',
    summary: '{{ $labels.node }} cannot load a kernel module that its overlay needs',
    advice: 'Install the package with the modules of the running kernel, or reboot into the installed one.',
  },
  {
    name: 'OverlayDeviceMissing',
    class: 'vxlan-wedge',
    level: 3,
    severity: 'critical',
    for: '1m',
    expr: onOverlay(overlayGone, 'vxlan'),
    summary: 'flannel’s VXLAN device is missing on {{ $labels.node }}',
    advice:
      'The device goes with the device below it. Restitch makes it again with its entries; older flannel only at a restart.',
  },
  {
    name: 'FlannelWireGuardMissing',
    class: 'tunnel-down',
    level: 3,
    severity: 'critical',
    for: '1m',
    expr: onOverlay(`${overlayGone} or ${overlayDown} or restitch_wireguard_answers == 0`, 'wireguard-native'),
    summary: 'flannel’s WireGuard device is missing, down or does not answer on {{ $labels.node }}',
    advice: 'flanneld makes it when it starts.',
  },
  {
    name: 'OverlayDeviceDown',
    class: 'vxlan-wedge',
    level: 3,
    severity: 'critical',
    for: '1m',
    expr: onOverlay(overlayDown, 'vxlan'),
    summary: 'flannel’s VXLAN device is down on {{ $labels.node }}',
    advice: 'Its routes and neighbours are gone as well: a mere `ip link set up` does not bring them back.',
  },
  {
    name: 'OverlayDeviceWrong',
    class: 'vxlan-wedge',
    level: 3,
    severity: 'critical',
    for: '2m',
    expr: onOverlay(attributeWrong, 'vxlan'),
    summary: 'flannel’s VXLAN device on {{ $labels.node }} differs from what the node announces',
    advice: 'VNI, port, local address, MAC or its own address: the device has to be made again.',
  },
  {
    name: 'FlannelKeyUnannounced',
    class: 'tunnel-down',
    level: 3,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_device_attribute_wrong{attribute="key"} == 1',
    summary: 'The key of flannel’s WireGuard device on {{ $labels.node }} is not the one that the node announces',
    advice: 'Peers send to a key that nobody has. flanneld announces its key when it starts.',
  },
];
