import type { LabHost } from '../namespaces/lab-host.ts';

/** Lets a spoke reach more networks through its hub: AllowedIPs and routes. Any other host stays as it is. */
export function widenSpoke(host: LabHost, networks: readonly string[]): LabHost {
  const { wireguard } = host;
  if (wireguard?.spoke === undefined) return host;
  const { allowedIps, routes } = wireguard.spoke;
  const spoke = {
    ...wireguard.spoke,
    allowedIps: [...allowedIps, ...networks],
    routes: [...routes, ...networks],
  };
  return { ...host, wireguard: { ...wireguard, spoke } };
}
