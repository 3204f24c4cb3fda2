/** A right file, with an end of its own. */
export function configurationText(more = '', cluster = ''): string {
  return `clusters:
  - name: gpu-fleet
    kubeconfigSecret: restitch/kubeconfig
    notification: { nobody: this is only a test }
${cluster}${more}`;
}
