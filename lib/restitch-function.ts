import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type DurableConfig,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type FunctionName, HANDLER, memoryMiBOf } from '../scripts/function-names.ts';
import { acceptManagedPolicy, acceptWildcard } from './accept-finding.ts';
import { functionCode } from './source-parts.ts';

export interface RestitchFunctionProps {
  /** Folder below `functions/`. */
  readonly name: FunctionName;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What is beside the bundle, by file name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where others name the role before it is there. Absent: CloudFormation gives it a name. */
  readonly roleName?: string | undefined;
  readonly timeout: Duration;
  readonly durableConfig?: DurableConfig;
  /** The most that run at once. Absent or null: the account's limit. */
  readonly reservedConcurrency?: number | null;
  /** Takes the events of asynchronous invocations that failed for good. */
  readonly deadLetterQueue?: Queue;
}

/**
 * An execution ends on the version that it began on, which may be long after the next deployment: no deployment deletes a version
 * that an earlier one published. Sweep does, when no execution needs it.
 */
const currentVersionOptions = { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } as const;

/** One of the functions: Node 24 on arm64, an ESM bundle with its own SDK, log retention, logs in JSON, traces. */
export class RestitchFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: RestitchFunctionProps) {
    super(scope, id, {
      code: functionCode(props.name, props.files),
      handler: HANDLER,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: memoryMiBOf[props.name],
      environment: { ...props.environment },
      // What Lambda itself logs, such as an error that nobody caught, is JSON too. Our own lines are left as they are.
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // Kept for as long as the stack's settings say: keepLogs.
      logGroup: new LogGroup(scope, `${id}Logs`, { removalPolicy: RemovalPolicy.DESTROY }),
      ...(props.reservedConcurrency == null ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.deadLetterQueue === undefined ? {} : { deadLetterQueue: props.deadLetterQueue }),
      ...(props.durableConfig === undefined ? {} : { durableConfig: props.durableConfig, currentVersionOptions }),
    });
    const role = this.role?.node.defaultChild;
    if (props.roleName !== undefined && role instanceof CfnRole) role.roleName = props.roleName;
    acceptWildcard(this, '*', 'PutTraceSegments and PutTelemetryRecords of X-Ray cannot be limited to resources.');
    acceptManagedPolicy(this, 'service-role/AWSLambdaBasicExecutionRole', "The vendor's own minimum for writing logs.");
    if (props.durableConfig !== undefined)
      acceptManagedPolicy(
        this,
        'service-role/AWSLambdaBasicDurableExecutionRolePolicy',
        "The vendor's own minimum for logs and checkpoints.",
      );
  }
}
