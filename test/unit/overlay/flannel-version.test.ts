import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { remakesDevice } from '../../../core/overlay/vxlan/flannel-version.ts';

const node = (status: object) => NodeObject.parse({ metadata: { name: 'gpu-1' }, status });
const withImages = (...images: readonly string[]) => node({ images: images.map((name) => ({ names: [name] })) });

describe('whether flannel makes a lost device anew', () => {
  it.each([
    ['v1.32.20+k3s1', false],
    ['v1.33.12+k3s1', false],
    ['v1.33.13+k3s1', true],
    ['v1.34.8+k3s2', false],
    ['v1.34.9+k3s1', true],
    ['v1.35.5+k3s1', false],
    ['v1.36.1+k3s1', false],
    ['v1.36.2+k3s1', true],
    ['v1.37.0+k3s1', true],
    ['v2.0.0+k3s1', true],
    ['v10.0.0+k3s1', true],
    ['our-v1.36.2+k3s1', undefined],
    ['v1.36.2', undefined],
    ['v1.36.2+rke2r1', undefined],
  ])('is told by the kubelet of k3s: %s', (kubeletVersion, expected) => {
    expect(remakesDevice(node({ nodeInfo: { kubeletVersion } }))).toBe(expected);
  });

  it.each([
    ['ghcr.io/flannel-io/flannel:v0.27.3', false],
    ['ghcr.io/flannel-io/flannel:v0.27.4', true],
    ['docker.io/flannel/flannel:v0.28.0', true],
    ['rancher/hardened-flannel:v0.26.5-build20250306', false],
    ['ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1', undefined],
    ['ghcr.io/flannel-io/flannel@sha256:0f1b', undefined],
  ])('is told by the image %s', (image, expected) => {
    expect(remakesDevice(withImages('docker.io/library/busybox:1.36', image))).toBe(expected);
  });

  it('is not known where images of both kinds lie', () => {
    const [older, newer] = ['ghcr.io/flannel-io/flannel:v0.26.1', 'ghcr.io/flannel-io/flannel:v0.27.4'];
    expect(remakesDevice(withImages(older, newer))).toBeUndefined();
  });

  it('is not known of a node that says nothing', () => {
    expect(remakesDevice(node({}))).toBeUndefined();
    expect(remakesDevice(node({ images: [{ names: null }, {}] }))).toBeUndefined();
  });
});

describe('of a node’s images', () => {
  it('only flannel’s are kept: a node lists fifty', () => {
    const { status } = withImages('docker.io/library/busybox:1.36', 'ghcr.io/flannel-io/flannel:v0.27.4');
    expect(status.images).toEqual([{ names: ['ghcr.io/flannel-io/flannel:v0.27.4'] }]);
  });
});
