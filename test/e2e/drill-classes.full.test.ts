import { describe, expect, it } from 'vitest';
import { restitchOfEachTest } from './restitch-of-each-test.ts';

const own = restitchOfEachTest();

describe('a drill of another class', () => {
  it.each([
    ['path-mtu-1400', 'mtu-black-hole (path-mtu-lowered) on gpu-1', '+MTU = 1328'],
    ['nat-mapping-expired', 'one-way-nat (nat-mapping-expired) on gpu-1', '+PersistentKeepalive = 25'],
  ])('heals %s gently, and hands over what must be written down', async (fault, diagnosis, permanent) => {
    const restitch = await own.start(['--drill', fault]);
    expect(await restitch.ended).toBe(0);
    const told = restitch.lines.join('\n');
    expect(told).toContain(`diagnosis: ${diagnosis}`);
    expect(told).toContain('closed: repaired, reconcile healed it');
    expect(told).toContain(permanent);
    expect(told).not.toMatch(/bounce|quarantine|waits for approval/);
  });
});
