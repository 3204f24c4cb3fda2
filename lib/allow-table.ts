import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { tableDefinition } from '../adapters/aws/table-definition.ts';
import type { RestitchFunction } from './restitch-function.ts';

/** Allows get, put and query; no delete and no scan. */
export function allowTable(reader: RestitchFunction, { tableArn }: Table): void {
  const listing = `${tableArn}/index/${tableDefinition.listing.indexName}`;
  reader.addToRolePolicy(
    new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], resources: [tableArn] }),
  );
  reader.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources: [listing] }));
}
