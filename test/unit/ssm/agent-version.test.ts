import { expect, it } from 'vitest';
import { isAgentRecentEnough } from '../../../adapters/aws/ssm-agent-version.ts';

it.each([
  ['3.3.2745.9', false],
  ['3.3.2746.0', true],
  ['3.3.2746.1', true],
  ['3.3.10000.0', true],
  ['3.3.999.0', false],
  ['3.10.0.0', true],
  ['3.2.9999.0', false],
  ['4.0.0.0', true],
  ['2.9.9999.9', false],
  ['', false],
  ['unknown', false],
  ['3.3.2746', false],
  ['3.3.2746.0-beta', false],
  ['v3.3.2746.0', false],
  ['3.3.2746.0\n', false],
])('agent %j can be trusted with our parameters: %s', (version, enough) => {
  expect(isAgentRecentEnough(version)).toBe(enough);
});
