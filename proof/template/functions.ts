import { join } from 'node:path';
import * as z from 'zod';
import { createLambdaFunction } from './lambda-function.ts';
import { REGION, type Resolve } from './physical-names.ts';
import type { DeployedCode } from './runbook-versions.ts';
import { resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

const Properties = z.object({
  Handler: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

export interface FunctionPlaces {
  /** The address of the AWS services. */
  readonly services: string;
  readonly slackApi: string;
  /** Where the output of a function (its logical id) goes. */
  readonly logFile: (functionId: string) => string;
}

/** Every function of the template by its logical id, with its own environment and what Lambda adds to it. */
export function createFunctions(
  template: SynthesizedTemplate,
  resolve: Resolve,
  { services, slackApi, logFile }: FunctionPlaces,
): ReadonlyMap<string, DeployedCode> {
  return new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id, resource]) => {
      const { Handler, Environment } = Properties.parse(resolve(resource.Properties));
      const environment = {
        ...Environment.Variables,
        AWS_REGION: REGION,
        // The key names the role: aws-gate.ts.
        AWS_ACCESS_KEY_ID: id,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL: services,
        SLACK_API_URL: slackApi,
      };
      const entry = join(template.codeFolder(id), `${Handler.split('.')[0]}.mjs`);
      const lambda = createLambdaFunction({ entry, environment, logFile: logFile(id) });
      return [id, { environment: Environment.Variables, lambda }];
    }),
  );
}
