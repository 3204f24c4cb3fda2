import { describe, expect, it } from 'vitest';
import { findNode } from '../../../core/evidence/fleet-map.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { addressEntries } from '../../../core/incident/node-directory.ts';

function nodeOf(name: string, ...addresses: readonly string[]): NodeObject {
  return NodeObject.parse({
    metadata: { name },
    status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
  });
}

describe('which Node an address means', () => {
  it('is read from the InternalIPs, in the spelling that alerts have', () => {
    const nodes = [nodeOf('gpu-1', '10.0.3.7', 'fd00::7'), nodeOf('gpu-2', '10.0.3.8')];
    expect(Object.fromEntries(addressEntries(nodes))).toEqual({
      '10.0.3.7': 'gpu-1',
      'fd00:0:0:0:0:0:0:7': 'gpu-1',
      '10.0.3.8': 'gpu-2',
    });
  });

  it('is nobody where several Nodes claim it, one of them twice', () => {
    const nodes = [nodeOf('gpu-1', '10.0.3.7'), nodeOf('gpu-2', '10.0.3.7', '10.0.3.7'), nodeOf('gpu-3', '10.0.3.7')];
    expect(addressEntries(nodes).size).toBe(0);
  });

  it('is the Node that is called so, as in a run', () => {
    const nodes = [nodeOf('10.0.3.7', '10.0.3.9'), nodeOf('gpu-2', '10.0.3.7')];
    expect(addressEntries(nodes).get('10.0.3.7')).toBe(findNode(nodes, '10.0.3.7')?.metadata.name);
  });

  it('does not come from other kinds of addresses, or from what is none', () => {
    const node = NodeObject.parse({
      metadata: { name: 'gpu-1' },
      status: {
        addresses: [
          { type: 'ExternalIP', address: '203.0.113.7' },
          { type: 'InternalIP', address: 'not-an-address' },
        ],
      },
    });
    expect(addressEntries([node]).size).toBe(0);
  });
});
