import { type Fault, shell } from '../../fault.ts';

export const nativeDaemonHung: Fault = {
  name: 'native-daemon-hung',
  story: 'A userspace WireGuard under flannel-wg hangs: the device looks up and wg show never answers.',
  label: { class: 'tunnel-down', cause: 'flannel-daemon-hung', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', 'kill -STOP $(pgrep --ns $$ --nslist net -f "^wireguard-go flannel-wg")')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
