import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { CloudRoutes } from '../../core/cloud/cloud-routes.ts';

/** The same port, but the SDK is loaded at the first call: most incidents, and teams without route tables, never need it. */
export function loadCloudRoutes(tables: readonly string[], config: EC2ClientConfig): CloudRoutes {
  let loaded: Promise<CloudRoutes> | undefined;
  const routes = () => {
    loaded ??= import('./ec2-cloud-routes.ts').then(({ createEc2CloudRoutes }) => createEc2CloudRoutes(tables, config));
    return loaded;
  };
  return {
    tables,
    read: async (table) => (await routes()).read(table),
    write: async (table, write) => (await routes()).write(table, write),
  };
}
