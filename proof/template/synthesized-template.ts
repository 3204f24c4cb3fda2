import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import type { Configuration } from '../../configuration/configuration.ts';
import { addStacks } from '../../lib/add-stacks.ts';

const Resource = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof Resource>;

/** What `cdk deploy` would deploy. */
export interface SynthesizedTemplate {
  /** By logical id. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** The folder with the bundle of a function. */
  readonly codeFolder: (functionId: string) => string;
}

/** Synthesizes the stack of the one cluster with its bundles into `outdir`. */
export function synthesizeTemplate(configuration: Configuration, outdir: string): SynthesizedTemplate {
  const app = new App({ outdir });
  addStacks(app, configuration);
  app.synth();
  return readTemplate(outdir);
}

/** Reads the one template that `cdk synth` wrote into a folder. */
export function readTemplate(outdir: string): SynthesizedTemplate {
  const [file, ...more] = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));
  if (file === undefined || more.length > 0) throw new TypeError(`there is not one template in ${outdir}`);
  const { Resources } = z
    .object({ Resources: z.record(z.string(), Resource) })
    .parse(JSON.parse(readFileSync(join(outdir, file), 'utf8')));
  return {
    resources: Resources,
    codeFolder: (functionId) => {
      const { S3Key } = z.object({ S3Key: z.string() }).parse(Resources[functionId]?.Properties['Code']);
      return join(outdir, `asset.${S3Key.replace(/\.zip$/, '')}`);
    },
  };
}

/** The resources of a type, with their logical ids. */
export function resourcesOf(
  { resources }: Pick<SynthesizedTemplate, 'resources'>,
  type: string,
): readonly (readonly [string, Resource])[] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}
