import type { Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';

/** Sends every alarm of the stack to the topic, and also its end. Call it when all of them are there. */
export function sendAlarms(stack: Stack, topicArn: string): void {
  const action = new SnsAction(Topic.fromTopicArn(stack, 'AlarmTopic', topicArn));
  for (const alarm of stack.node.findAll()) {
    if (!(alarm instanceof Alarm)) continue;
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
