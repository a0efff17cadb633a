import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { APP_DIR } from '../system/world.ts';
import {
  BICEP_DIR,
  bicep,
  compiled,
  filesOf,
  outputsIn,
  reason,
  resourcesIn,
  scratch,
  type Template,
} from './compiler.ts';

const text = (path: string) => readFileSync(join(BICEP_DIR, path), 'utf8');

describe.skipIf(reason)(
  `the template, by the real compiler${reason ? ` (${reason})` : ''}`,
  { timeout: 240_000 },
  () => {
    let template: Template;
    let json: string;
    beforeAll(() => {
      const built = bicep('build', join(BICEP_DIR, 'main.bicep'), '--stdout');
      expect(built.complaints).toBe('');
      json = built.out;
      template = JSON.parse(json) as Template;
    }, 240_000);

    it('builds without a word, with the parameters of every environment', () => {
      const folder = scratch();
      try {
        cpSync(BICEP_DIR, folder, { recursive: true });
        cpSync(join(APP_DIR, 'mixer/image/image.bicep'), join(folder, 'image.bicep'));
        expect(bicep('build', '--pattern', join(folder, '{main,image}.bicep'))).toMatchObject({
          status: 0,
          complaints: '',
        });
        expect(bicep('build-params', '--pattern', join(folder, '**/*.bicepparam'))).toMatchObject({
          status: 0,
          complaints: '',
        });
        expect(filesOf('.bicepparam').length).toBeGreaterThan(2);
        for (const file of filesOf('.bicepparam'))
          expect(existsSync(join(folder, file.replace(/bicepparam$/, 'json')))).toBe(true);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('is formatted as the compiler formats', () => {
      const folder = scratch();
      try {
        cpSync(BICEP_DIR, folder, { recursive: true });
        expect(bicep('format', '--pattern', join(folder, '**/*.{bicep,bicepparam}'))).toMatchObject({ status: 0 });
        const files = [...filesOf('.bicep'), ...filesOf('.bicepparam')];
        expect(files.length).toBeGreaterThan(15);
        for (const file of files) expect([file, text(file)]).toEqual([file, readFileSync(join(folder, file), 'utf8')]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('the check can fail: a wrong property, a wrong value, a rule of the linter', () => {
      const { status, complaints } = compiled(`
param nobody string
resource one 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'stexample'
  location: deployment().name
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: { allowSharedKeyAcces: false, allowBlobPublicAccess: 'no' }
}
output key string = one.listKeys().keys[0].value
`);
      expect(status).toBe(1);
      for (const said of [
        'BCP089: The property "allowSharedKeyAcces" is not allowed',
        'BCP036: The property "allowBlobPublicAccess" expected a value of type',
        'Error no-unused-params',
        'Error outputs-should-not-contain-secrets',
      ])
        expect(complaints).toContain(said);
    });

    it('nothing goes by key: no key is listed, none is taken, and no output holds one', () => {
      expect(json).not.toMatch(/list(Keys|Secrets|AccountSas|ServiceSas|Credentials)\(|AccountKey|SharedAccessKey/i);
      const all = resourcesIn(template);
      const properties = (type: string) => all.filter((one) => one.type === type).map((one) => one.properties);
      expect(properties('Microsoft.Storage/storageAccounts')).toEqual([
        // The host's own, and the users' of stream servers.
        expect.objectContaining({ allowSharedKeyAccess: false, allowBlobPublicAccess: false }),
        expect.objectContaining({ allowSharedKeyAccess: false, allowBlobPublicAccess: false }),
      ]);
      expect(properties('Microsoft.KeyVault/vaults')).toHaveLength(2);
      for (const vault of properties('Microsoft.KeyVault/vaults'))
        expect(vault).toMatchObject({ enableRbacAuthorization: true, enablePurgeProtection: true });
      expect(properties('Microsoft.Insights/components')).toEqual([
        expect.objectContaining({ DisableLocalAuth: true }),
      ]);
      expect(properties('Microsoft.OperationalInsights/workspaces')).toEqual([
        expect.objectContaining({ features: { disableLocalAuth: true } }),
      ]);
      expect(properties('Microsoft.ContainerRegistry/registries')).toEqual([{ adminUserEnabled: false }]);
      expect(properties('Microsoft.Web/sites/basicPublishingCredentialsPolicies')).toEqual([
        { allow: false },
        { allow: false },
      ]);
      expect(properties('Microsoft.Web/sites')).toEqual([expect.objectContaining({ httpsOnly: true })]);
      const outputs = outputsIn(template);
      expect(outputs.length).toBeGreaterThan(20);
      // A connection string of Application Insights holds no key that counts while local authentication is off.
      const named = outputs.map(([name]) => name).filter((name) => /key|secret|password|token|connection/i.test(name));
      expect(named).toEqual(['connectionString']);
      expect(Object.keys(template.outputs ?? {}).filter((name) => /connection|key|secret/i.test(name))).toEqual([]);
    });

    it('lets callers without a token pass to the app, and believes tokens of one tenant and audience', () => {
      const [auth] = resourcesIn(template).filter(({ type }) => type === 'Microsoft.Web/sites/config');
      expect(auth?.properties).toMatchObject({
        platform: { enabled: true },
        globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' },
        identityProviders: {
          azureActiveDirectory: {
            registration: { openIdIssuer: expect.stringContaining("parameters('auth').tenantId") },
            validation: { allowedAudiences: "[parameters('auth').audiences]" },
          },
        },
      });
    });

    it('every parameter says what it is, and stands in the installation guide', () => {
      const guide = readFileSync(join(APP_DIR, 'docs/operate/install.md'), 'utf8');
      for (const [name, { metadata }] of Object.entries(template.parameters ?? {})) {
        expect([name, metadata?.description]).toEqual([name, expect.stringMatching(/\S.{10}/)]);
        expect(guide).toContain(`| \`${name}\` |`);
      }
    });
  },
);
