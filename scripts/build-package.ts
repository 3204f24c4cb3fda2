import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import * as z from 'zod';
import { documentNames, onboardingDocuments } from '../core/runbook/node-command.ts';
import { onboardingFile } from '../monitoring/watchdog/onboarding-file.ts';
import { buildDocument, buildOnboardingDocument } from '../runbooks/documents/build-document.ts';
import { bundleFunction } from './bundle-function.ts';
import { functionNames } from './function-names.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const root = join(import.meta.dirname, '..');
const Manifest = z.object({
  version: z.string(),
  license: z.string(),
  devDependencies: z.object({ 'aws-cdk-lib': z.string(), constructs: z.string() }),
});

/**
 * Writes the construct as a package: one module with its types, the functions' bundles, the Run Command documents. Who installs it needs
 * aws-cdk-lib and constructs, and nothing else. The same sources give the same files.
 */
export async function buildPackage(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(join(outdir, 'documents'), { recursive: true });
  const metafiles = [
    await bundleConstruct(outdir),
    ...functionNames.map((name) => bundleFunction(name, join(outdir, 'functions', name))),
  ];
  for (const name of documentNames)
    writeFileSync(join(outdir, 'documents', `${name}.json`), JSON.stringify(buildDocument(name, nodeScript)));
  for (const name of onboardingDocuments)
    writeFileSync(
      join(outdir, 'documents', `${name}.json`),
      JSON.stringify(buildOnboardingDocument(name, onboardingFile)),
    );
  emitTypes(outdir);
  const copies = {
    LICENSE: 'LICENSE',
    'docs/construct.md': 'README.md',
    'deploy/configuration/restitch.config.schema.json': 'restitch.config.schema.json',
  };
  for (const [from, to] of Object.entries(copies)) cpSync(join(root, from), join(outdir, to));
  writeFileSync(join(outdir, 'THIRD-PARTY.txt'), thirdPartyNotices(metafiles));
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
}

function nodeScript(file: string): string {
  return readFileSync(join(root, 'runbooks', 'node', file), 'utf8');
}

async function bundleConstruct(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'lib/restitch.ts' },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: ['aws-cdk-lib', 'constructs'],
    legalComments: 'none',
    preserveSymlinks: true,
    // Dependencies call require(), which a module does not have.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [
      {
        name: 'packaged-parts',
        setup: ({ onResolve }) => {
          onResolve({ filter: /\/source-parts\.ts$/ }, () => ({ path: join(root, 'lib', 'packaged-parts.ts') }));
        },
      },
    ],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** The types of the entry name nothing but aws-cdk-lib and constructs. */
function emitTypes(outdir: string): void {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const only = ['--ignoreConfig', '--noResolve', '--noCheck', '--isolatedDeclarations'];
  const emit = ['--declaration', '--emitDeclarationOnly', '--outDir', outdir];
  const language = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--allowImportingTsExtensions'];
  execFileSync(process.execPath, [tsc, ...only, ...emit, ...language, join(root, 'lib', 'restitch.ts')]);
}

function manifest() {
  const { version, license, devDependencies } = Manifest.parse(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
  );
  return {
    name: 'restitch-construct',
    version,
    description: 'Restitch as an AWS CDK construct: repairs Kubernetes pod networking',
    license,
    type: 'module',
    exports: { '.': { types: './restitch.d.ts', default: './index.js' } },
    engines: { node: '>=22' },
    peerDependencies: Object.fromEntries(Object.entries(devDependencies).map(([name, tested]) => [name, `^${tested}`])),
  };
}
