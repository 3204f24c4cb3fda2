import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { overlayConfig } from '../../../core/overlay/overlay-config.ts';
import { healthyHost } from '../../fakes/healthy-evidence.ts';

/** `said`: what the host's net-conf has; null: it has none. */
function host(said: number | null, device: number | null, directRouting: boolean | null = null): NodeEvidence {
  const healthy = healthyHost('gpu-1');
  const netConf = { backend: 'vxlan', port: said, vni: 1, directRouting, mtuBytes: null };
  return {
    ...healthy,
    links: healthy.links.flatMap((link) => {
      if (link.vxlan === null) return [link];
      return device === null ? [] : [{ ...link, vxlan: { ...link.vxlan, port: device } }];
    }),
    ...(said === null && directRouting === null ? {} : { netConf }),
  };
}

const portOf = (...hosts: readonly NodeEvidence[]) => overlayConfig(hosts, 'flannel.1').port;

describe('the port of a fleet', () => {
  it.each([
    ['what every net-conf says, whatever the devices have', [host(8472, 4789), host(8472, 4789)], 8472],
    ['what most devices have where there is no net-conf', [host(null, 4789), host(null, 4789), host(null, 8472)], 4789],
    ['not what one host’s net-conf says of all', [host(1, 8472), host(null, 8472), host(null, 8472)], 8472],
    ['not known where half of the hosts say another', [host(1, 1), host(8472, 8472)], null],
    ['not known from one device', [host(null, 8472)], null],
    ['what the only host that answers was told', [host(8472, 4789)], 8472],
    ['not known where most devices are gone', [host(null, 8472), host(null, null), host(null, null)], null],
  ])('is %s', (_what, hosts, port) => {
    expect(portOf(...hosts)).toBe(port);
  });

  it('is that of flannel’s own device, not of another VXLAN', () => {
    const beside = (port: number) => {
      const measured = host(null, port);
      const other = measured.links.map((link) => ({ ...link, name: `${link.name}0` }));
      return {
        ...measured,
        links: [
          ...other.map((link) => ({ ...link, vxlan: link.vxlan && { ...link.vxlan, port: 1 } })),
          ...measured.links,
        ],
      };
    };
    expect(portOf(beside(8472), beside(8472))).toBe(8472);
    expect(overlayConfig([beside(8472), beside(8472)], null).port).toBeNull();
  });

  it('is that of the devices on hosts whose net-conf does not say it', () => {
    expect(portOf(host(null, 8472, false), host(null, 8472, false))).toBe(8472);
    expect(portOf(host(null, 8472, false))).toBeNull();
  });

  it('is not known of no host', () => {
    expect(overlayConfig([], 'flannel.1')).toEqual({ port: null, directRouting: null });
  });

  it('has DirectRouting where most hosts were told so', () => {
    const direct = [host(8472, 8472, true), host(8472, 8472, true), host(null, 8472)];
    expect(overlayConfig(direct, 'flannel.1').directRouting).toBe(true);
    expect(overlayConfig(direct.slice(1), 'flannel.1').directRouting).toBeNull();
  });
});
