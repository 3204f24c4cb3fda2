/** A one-step document of schema 2.2. */
export function documentOf(
  runCommand: string | readonly string[],
  parameters: Readonly<Record<string, unknown>> = {},
  timeoutSeconds = 60,
): unknown {
  return {
    schemaVersion: '2.2',
    parameters,
    mainSteps: [
      { action: 'aws:runShellScript', name: 'step', inputs: { runCommand, timeoutSeconds: String(timeoutSeconds) } },
    ],
  };
}

const envVar = { type: 'String', interpolationType: 'ENV_VAR' };

/**
 * Harmless scripts under the deployed names of documents: `apply` notes every run in the host's folder, `diagnose` prints
 * what it was given, `bounce` waits for a file named gate, `confirm` runs what it was given as text.
 */
export const testDocuments: Readonly<Record<string, unknown>> = {
  'Restitch-apply': documentOf(['echo ran >>runs', 'echo \'{"status":"applied"}\'']),
  'Restitch-diagnose': documentOf(
    ['env | grep -q "^SSM_text=" || { echo refused; exit 3; }', 'printf \'%s\' "$SSM_text"'],
    { text: envVar },
  ),
  'Restitch-bounce': documentOf([
    'echo started >>runs',
    'while [ ! -e gate ]; do sleep 0.05; done',
    'echo ended >>runs',
  ]),
  'Restitch-confirm': documentOf('printf "%s" {{ text }}', { text: { type: 'String' } }),
  'Restitch-rollback': documentOf(['echo out; echo err >&2', 'exit "$SSM_code"'], {
    code: { ...envVar, allowedPattern: '^[0-9]{1,3}$', default: '7' },
  }),
};
