import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, type DurableConfig, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface RestitchFunctionProps {
  /** Folder below `functions/`. */
  readonly name: 'intake' | 'dispatch' | 'runbook' | 'approval' | 'sweep' | 'notify';
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMiB?: number;
  readonly durableConfig?: DurableConfig;
}

/** One of the six functions: Node 24 on arm64, one ESM bundle with its own SDK, log retention. */
export class RestitchFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: RestitchFunctionProps) {
    super(scope, id, {
      entry: join(import.meta.dirname, '..', 'functions', props.name, 'handler.ts'),
      handler: 'handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMiB ?? 256,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        bundleAwsSDK: true,
        // Some dependencies still call require(), which ESM output does not have.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
      ...(props.durableConfig === undefined ? {} : { durableConfig: props.durableConfig }),
    });
  }
}
