import { type Fault, on, shell } from '../../fault.ts';
import { shim } from '../shim.ts';

/** Every other module could be loaded. */
const MODPROBE = `case "$*" in
*vxlan*) echo "modprobe: FATAL: Module vxlan not found in directory /lib/modules/$(uname -r)" >&2; exit 1 ;;
*) exit 0 ;;
esac`;

const IP = `case "$*" in
*'link add'*vxlan*) echo 'Error: Unknown device type.' >&2; exit 2 ;;
*) exec "$real" "$@" ;;
esac`;

/** The hosts share this machine's kernel, which has the module loaded or built in. */
const nothingLoaded = shell('gpu-1', 'mount -t tmpfs none /sys/module');

/** Seen in the field: flannel-io/flannel#1747, k3s-io/k3s#8015, NixOS/nixpkgs#56040. */
export const vxlanModuleMissing: Fault = {
  name: 'vxlan-module-missing',
  story:
    'The kernel was updated and its vxlan module is in a package that is not installed: flannel.1 is gone and cannot be made.',
  label: { class: 'node-agent', cause: 'module-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link del flannel.1'),
    nothingLoaded,
    shim('gpu-1', 'modprobe', MODPROBE),
    shim('gpu-1', 'ip', IP),
  ],
};
