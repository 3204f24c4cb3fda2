import { describe, expect, it } from 'vitest';
import { parseInventory, printInventory } from '../../../adapters/inventory/inventory-yaml.ts';
import { entriesOf, entryOf } from '../../../core/inventory/inventory.ts';
import { sampleInventory } from './sample-inventory.ts';

const HEAD = 'version: 1\ntunnelNetworks: [10.200.0.0/24]\n';
const reasonOf = (text: string) => {
  const reading = parseInventory(text);
  return reading.type === 'unusable' ? reading.reason : reading.type;
};

describe('the record as YAML', () => {
  it('is read as it was printed, and from JSON', () => {
    const read = { type: 'read', inventory: sampleInventory };
    expect(parseInventory(printInventory(sampleInventory))).toEqual(read);
    expect(parseInventory(JSON.stringify(sampleInventory))).toEqual(read);
  });

  it.each([
    ['nothing', '', /^inventory: /],
    ['broken YAML', `${HEAD}nodes: {`, /^no YAML: /],
    ['a node twice', `${HEAD}nodes:\n  a: {}\n  a: {}\n`, /^no YAML: Map keys must be unique/],
    ['an anchor that is used', `${HEAD}nodes:\n  a: &x {}\n  b: *x\n`, /^no YAML that is allowed here/],
    ['another version', HEAD.replace('1', '2'), /version: /],
    [
      'a field that is misspelt',
      `${HEAD}nodes: { a: { tunelAddress: 10.200.0.1 } }`,
      /nodes\.a: Unrecognized key: "tunelAddress"/,
    ],
    [
      'an address that is none',
      `${HEAD}nodes: { a: { tunnelAddress: 10.200.0.256 } }`,
      /nodes\.a\.tunnelAddress: not an IP address/,
    ],
    ['a key that is cut', `${HEAD}nodes: { a: { publicKey: abcdefgh } }`, /nodes\.a\.publicKey: not a WireGuard key/],
    [
      'a network without prefix',
      `${HEAD}nodes: { a: { allowedNetworks: [10.0.0.1] } }`,
      /allowedNetworks\.0: not a CIDR/,
    ],
    ['a text beyond a ConfigMap', `# ${'x'.repeat(1_048_576)}`, /^it has 1048578 characters, 1048576 are allowed$/],
  ])('is refused with the reason: %s', (_what, text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it('does not take a name that every object has for an entry', () => {
    const reading = parseInventory(`${HEAD}nodes: {}`);
    expect(reading.type === 'read' ? entryOf(reading.inventory, 'constructor') : reading).toBeUndefined();
    expect(entriesOf(sampleInventory, ['gpu-1', 'gpu-9']).nodes).toEqual({ 'gpu-1': sampleInventory.nodes['gpu-1'] });
  });
});
