import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../adapters/aws/table-definition.ts';
import { type Check, failed, look, notChecked, ok } from './check.ts';

const DEPLOY = 'npx cdk deploy makes it; check region and credentials';
const STAND_IN = 'the stand-in has none; --stack checks that of a stack';

/** The single table: there with its index, expiry, backups. `isStandIn`: the table of `npm start`. */
export async function tableChecks(
  client: DynamoDBClient,
  tableName: string,
  isStandIn: boolean,
): Promise<readonly Check[]> {
  const TableName = tableName;
  const { expiry, listing } = tableDefinition;
  return Promise.all([
    look('table', tableName, DEPLOY, async () => {
      const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
      if (table?.TableStatus !== 'ACTIVE') return failed(`is ${table?.TableStatus ?? 'not known'}`, DEPLOY);
      const index = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === listing.indexName);
      if (index === undefined) return failed(`has no index ${listing.indexName}`, DEPLOY);
      return ok(`active, with its index ${listing.indexName}`);
    }),
    look('table', 'expiry', DEPLOY, async () => {
      if (isStandIn) return notChecked(STAND_IN);
      const { TimeToLiveDescription: is } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      if (is?.TimeToLiveStatus === 'ENABLED' && is.AttributeName === expiry) return ok(`by the attribute ${expiry}`);
      const mend = `aws dynamodb update-time-to-live --table-name ${tableName} --time-to-live-specification Enabled=true,AttributeName=${expiry}`;
      return failed(`details of receipts would be kept for ever (${is?.TimeToLiveStatus ?? 'not known'})`, mend);
    }),
    look('table', 'point-in-time recovery', DEPLOY, async () => {
      if (isStandIn) return notChecked(STAND_IN);
      const answer = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
      const status = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      if (status === 'ENABLED') return ok('on');
      const mend = `aws dynamodb update-continuous-backups --table-name ${tableName} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`;
      return failed('off: a table that is damaged is lost', mend);
    }),
  ]);
}
