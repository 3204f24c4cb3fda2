import { describe, expect, it } from 'vitest';
import { foreignHost } from '../../../core/evidence/host-identity.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';

const ID = '4c4c4544004a3410804ac7c04f573532';
const OTHER_ID = 'ec2e8d1b5f0f4d0f9c1d6f0c1a2b3c4d';

function nodeOf(name: string, { machineID, label }: { machineID?: string; label?: string } = {}): NodeObject {
  return NodeObject.parse({
    metadata: { name, labels: label === undefined ? {} : { 'kubernetes.io/hostname': label } },
    status: { nodeInfo: machineID === undefined ? {} : { machineID } },
  });
}

describe('a host that answers for a node', () => {
  it.each([
    ['by the node’s name', 'gpu-1', 'gpu-1', undefined],
    ['in other letters, as the kubelet lowers them', 'gpu-1', 'GPU-1', undefined],
    ['by the label that the kubelet wrote', 'node-7', 'gpu-1', 'gpu-1'],
    ['without the domain of the node', 'ip-10-0-1-10.ec2.internal', 'ip-10-0-1-10', undefined],
    ['with a domain that the node does not say', 'gpu-1', 'gpu-1.dc-a.example.com', undefined],
  ])('is the node %s', (_what, name, hostname, label) => {
    const node = nodeOf(name, label === undefined ? {} : { label });
    expect(foreignHost(node, { hostname }, [node])).toBeUndefined();
  });

  it.each([
    ['another name', 'gpu-1', 'gpu-2'],
    ['a name that begins alike', 'gpu-1', 'gpu-10'],
    ['the same name in another domain', 'gpu-1.dc-a.example.com', 'gpu-1.dc-b.example.com'],
    ['no name', 'gpu-1', ''],
  ])('is another by %s', (_what, name, hostname) => {
    const node = nodeOf(name);
    expect(foreignHost(node, { hostname }, [node])).toBe(
      `the instance with the tag of ${name} answers as host ${hostname}`,
    );
  });
});

describe('the machine id', () => {
  const node = nodeOf('gpu-1', { machineID: ID });

  it('must be the Node object’s, whatever the host is called', () => {
    expect(foreignHost(node, { hostname: 'gpu-1', machineId: OTHER_ID }, [node])).toBe(
      `the instance with the tag of gpu-1 answers with machine id ${OTHER_ID}, its Node object has ${ID}`,
    );
    expect(foreignHost(node, { hostname: 'gpu-1', machineId: ID.toUpperCase() }, [node])).toBeUndefined();
  });

  it('tells nothing where one side does not say it', () => {
    expect(foreignHost(node, { hostname: 'gpu-1' }, [node])).toBeUndefined();
    expect(foreignHost(node, { hostname: 'gpu-1', machineId: '' }, [node])).toBeUndefined();
    expect(foreignHost(nodeOf('gpu-1'), { hostname: 'gpu-1', machineId: ID }, [])).toBeUndefined();
    expect(foreignHost(node, { hostname: 'gpu-2' }, [node])).toBeDefined();
  });

  it('proves a host whose node was given another name, unless two Nodes share the id', () => {
    const answer = { hostname: 'ubuntu', machineId: ID };
    expect(foreignHost(node, answer, [node, nodeOf('gpu-2', { machineID: OTHER_ID })])).toBeUndefined();
    expect(foreignHost(node, answer, [node, nodeOf('gpu-2', { machineID: ID })])).toBeDefined();
  });
});
