import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from './add-stacks.ts';
import { appConfiguration } from './app-configuration.ts';

const app = new App();
addStacks(app, appConfiguration(app.node));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
