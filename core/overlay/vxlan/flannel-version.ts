import type { NodeObject } from '../../evidence/node-object.ts';

type Version = readonly [major: number, minor: number, patch: number];

/** flannel-io/flannel commit 73af8ea7: flanneld hears that its VXLAN device was deleted and makes another, without its entries. */
const FLANNEL_SINCE: Version = [0, 27, 4];
/** The first k3s of each minor release with that flannel in it (k3s issues 14114 to 14117); every later minor has it. */
const K3S_SINCE: readonly Version[] = [
  [1, 33, 13],
  [1, 34, 9],
  [1, 35, 6],
  [1, 36, 2],
];

/**
 * Whether the flannel of a node makes a VXLAN device that was deleted anew by itself, which takes it up to 30 s. Told by the
 * Node object: the kubelet's version of k3s, which carries flannel, else flannel's images on the node. Undefined when they
 * tell nothing, or when images of both kinds lie there.
 */
export function remakesDevice({ status }: NodeObject): boolean | undefined {
  const k3s = parseVersion(status.nodeInfo?.kubeletVersion, /^v(\d+)\.(\d+)\.(\d+)\+k3s/);
  if (k3s !== undefined) return k3sRemakes(k3s);
  const images = (status.images ?? []).flatMap(({ names }) => names ?? []);
  const answers = images.flatMap((image) => {
    const version = parseVersion(image, FLANNEL_IMAGE);
    return version === undefined ? [] : [atLeast(version, FLANNEL_SINCE)];
  });
  const [first] = answers;
  return answers.every((answer) => answer === first) ? first : undefined;
}

/** `ghcr.io/flannel-io/flannel:v0.27.4`, `rancher/hardened-flannel:v0.26.5-build…`; not `flannel-cni-plugin`. */
const FLANNEL_IMAGE = /[/-]flannel:v(\d+)\.(\d+)\.(\d+)/;

function k3sRemakes(version: Version): boolean {
  const [major, minor] = version;
  const since = K3S_SINCE.find((each) => each[0] === major && each[1] === minor);
  const newest = K3S_SINCE.at(-1);
  return since === undefined ? newest !== undefined && atLeast(version, newest) : atLeast(version, since);
}

function parseVersion(text: string | undefined, pattern: RegExp): Version | undefined {
  const [, major, minor, patch] = pattern.exec(text ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function atLeast(version: Version, since: Version): boolean {
  const differs = version.findIndex((part, index) => part !== since[index]);
  return differs === -1 || (version[differs] ?? 0) > (since[differs] ?? 0);
}
