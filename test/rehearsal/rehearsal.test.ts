/** The rehearsal of the installation succeeds, and fails when something is missing: see rehearsal.ts and `npm run rehearse-install`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reason } from '../bicep/compiler.ts';
import { skipReason } from '../conformance/az/az.ts';
import { packageInto } from '../e2e/packaged.ts';
import { withAz, withoutAz } from './install.ts';
import { rehearse } from './rehearsal.ts';
import { type Compiled, compile, resources, rolesIn } from './template.ts';

const app = mkdtempSync(join(tmpdir(), 'rehearsal-app-'));
const said: string[] = [];
const say = (line: string) => void said.push(line);

describe.skipIf(reason)(`the installation${reason ? ` (${reason})` : ''}`, { timeout: 600_000 }, () => {
  let compiled: Compiled;
  /** The template without an action, a role assignment or anything else of it. */
  const changed = (change: (template: Compiled) => void): Compiled => {
    const other = structuredClone(compiled);
    change(other);
    return other;
  };
  beforeAll(() => {
    compiled = compile('production');
    packageInto(app);
  }, 600_000);
  afterAll(() => rmSync(app, { recursive: true, force: true }));

  test.skipIf(skipReason)(
    `by az, from the template to the certificate; a right too many is told${skipReason ? ` (${skipReason})` : ''}`,
    async () => {
      const more = changed((one) => void rolesIn(one).subscription?.push('Microsoft.Compute/snapshots/read'));
      const result = await rehearse({ compiled: more, app, install: withAz, say });
      expect(result).toEqual({ unused: ['Microsoft.Compute/snapshots/read'] });
      expect(said).toEqual(
        expect.arrayContaining([
          'az deployment sub create: Succeeded',
          expect.stringMatching(/^the packaged app runs as func-\w+ with \d+ settings$/),
          expect.stringMatching(/^event of 3 languages: live after/),
          expect.stringMatching(/^relay-.* healed by itself/),
          expect.stringMatching(/^mixer-french-.* healed by itself/),
          expect.stringMatching(/^torn down with certificate/),
          'lines of 2 containers read from Log Analytics',
        ]),
      );
    },
  );

  test.each([
    ['to make an event', 'Microsoft.Network/virtualNetworks/subnets/join/action'],
    ['to heal it', 'Microsoft.ContainerInstance/containerGroups/restart/action'],
    ['to have its lines kept', 'Microsoft.Insights/diagnosticSettings/write'],
  ])('without the right %s it fails, and %s is named', async (_, action) => {
    const less = changed((one) => {
      const roles = rolesIn(one);
      for (const [name, actions] of Object.entries(roles)) roles[name] = actions.filter((each) => each !== action);
    });
    await expect(rehearse({ compiled: less, app, install: withoutAz, say })).rejects.toThrow(action);
  });

  test.each([
    ['storage', /AzureWebJobsStorage|Storage (Blob|Queue|Table) Data/, 'Microsoft.Authorization/roleAssignments'],
    ['monitoring', /Monitoring Metrics Publisher/, 'Microsoft.Authorization/roleAssignments'],
    ['storage', /package goes to/, 'Microsoft.Storage/storageAccounts/blobServices/containers'],
  ])('without %s’s part it does not start: %s', async (module, message, type) => {
    const less = changed((one) => {
      const inside = resources(one, module);
      for (const [name, { type: each }] of Object.entries(inside)) if (each === type) delete inside[name];
    });
    await expect(rehearse({ compiled: less, app, install: withoutAz, say })).rejects.toThrow(message);
  });
});
