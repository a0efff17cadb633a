/**
 * `npm run rehearse-install`: bicep/environments/production.bicepparam, compiled, into a simulated subscription by the real `az`;
 * then what test/rehearsal/rehearsal.ts says. Exit code 1 and what is missing when it does not work; unused rights are told.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageInto } from '../e2e/packaged.ts';
import { withAz } from './install.ts';
import { rehearse } from './rehearsal.ts';
import { compile } from './template.ts';

const say = (line: string) => console.log(line);
const app = mkdtempSync(join(tmpdir(), 'rehearsal-app-'));
try {
  const compiled = compile('production');
  say('compiled: bicep/environments/production.bicepparam');
  say(`packaged: ${packageInto(app)}`);
  const { unused } = await rehearse({ compiled, app, install: withAz, say });
  for (const action of unused) say(`unused: ${action} is in bicep/actions.json, and nothing was seen to need it`);
  say('The installation works.');
} catch (error) {
  console.error(`The installation does not work: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(app, { recursive: true, force: true });
}
