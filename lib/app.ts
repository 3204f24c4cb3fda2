import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { RestitchStack } from './restitch-stack.ts';
import { stackSettings } from './stack-settings.ts';

const app = new App();
const settings = stackSettings(app.node);
new RestitchStack(app, settings.stackName, {
  settings,
  description: 'Restitch: repairs Kubernetes pod networking',
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
