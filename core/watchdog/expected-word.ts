const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
const device = /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/;
const number = /^[0-9]{1,8}$/;
const address = /^[0-9A-Fa-f:.]{2,45}$/;
const network = /^[0-9A-Fa-f:.]{2,45}\/[0-9]{1,3}$/;
const mac = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** Every word that the file `expected-network` may hold, and its values. `runbooks/node/expect.sh` checks the same on the node. */
const expectedWords = {
  overlay: /^(vxlan|wireguard-native|host-gw)$/,
  device,
  device6: device,
  tunnel: device,
  bridge: device,
  vni: number,
  port: number,
  mtu: number,
  site: name,
  role: name,
  pool: name,
  hub: name,
  tunneladdress: address,
  ip: address,
  ip6: address,
  pods: network,
  pods6: network,
  mac,
  mac6: mac,
  key: /^[A-Za-z0-9+/]{43}=$/,
} as const satisfies Readonly<Record<string, RegExp>>;

export type ExpectedWord = keyof typeof expectedWords;

/** Words of one line, in the order in which they are written. */
export type ExpectedWords = Readonly<Partial<Record<ExpectedWord, string | number | undefined>>>;

/** One line of the file. A value that the format has no room for is left out. */
export function formatExpectedLine(kind: 'self' | 'peer', node: string, words: ExpectedWords): string {
  const said = Object.entries(words).flatMap(([key, value]) =>
    value !== undefined && isExpectedWord(key, String(value)) ? [`${key}=${value}`] : [],
  );
  return [kind, node, ...said].join(' ');
}

/** Whether the file may hold `key=value`. */
export function isExpectedWord(key: string, value: string): boolean {
  const [, pattern] = Object.entries(expectedWords).find(([word]) => word === key) ?? [];
  return pattern?.test(value) ?? false;
}
