import { SsmFault } from '../../../local/ssm/faults.ts';
import { startSsmStandIn } from '../../../local/ssm/ssm-stand-in.ts';
import { createShellFleet } from './shell-fleet.ts';
import { testDocuments } from './test-documents.ts';

/** The stand-in in a process of its own, to be killed. Arguments: its state folder, faults as JSON. Prints its URL. */
const [dir = '', faults = '[]'] = process.argv.slice(2);
const standIn = await startSsmStandIn({
  fleet: await createShellFleet(dir, ['gpu-0', 'gpu-1', 'gpu-2']),
  documents: testDocuments,
  stateDir: dir,
  instanceTag: 'restitch:node',
  faults: SsmFault.array().parse(JSON.parse(faults)),
});
process.stdout.write(`${standIn.url}\n`);
