import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { Log } from '../../core/log.ts';
import { fleetLabelsFrom } from '../capacity-environment.ts';
import type { HttpResponse } from '../http-event.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { answerConsole, CLOSED_AT_ONCE, ConsoleEvent } from './answer-console.ts';
import type { FindPageFile } from './built-page.ts';
import { loadConfig } from './config.ts';
import { readCase } from './read-case.ts';
import { createOverview } from './read-overview.ts';

export interface ConsoleClients {
  readonly dynamoDb: DynamoDBClient;
  readonly page: FindPageFile;
  readonly log: Log;
}

/** A new process of the function reads all of them, and then only the new ones. */
const LOOKS_AT_ONCE = 200;

/** The console function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createConsoleFunction(
  environment: EnvironmentVariables,
  { dynamoDb, page, log }: ConsoleClients,
): (event: unknown) => Promise<HttpResponse> {
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const store = createIncidentStore(table);
  const approvals = createApprovalStore(table);
  const settings = {
    labels: fleetLabelsFrom(config),
    budgets: undefined,
    mostClosed: CLOSED_AT_ONCE,
    mostLooks: LOOKS_AT_ONCE,
  };
  const { pauses } = createSafetyRecords(table);
  const overview = createOverview(
    { store, pauses, ledger: createCapacityLedger(table), listNodes: undefined, clock: Date.now },
    settings,
  );
  const { APPROVERS: approvers, APPROVAL_RULES: rules, STACK_NAME: stack } = config;
  const ports = {
    page,
    overview,
    readCase: (incidentId: string) => readCase(incidentId, { store, approvals }, { approvers, rules }),
    store,
    log,
  };
  const setup = { fleet: stack, users: [], standIn: false, hints: null, faults: null, stack };
  return async (event) => answerConsole(ConsoleEvent.parse(event), ports, setup);
}
