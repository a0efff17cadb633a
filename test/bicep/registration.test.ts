/** What signs in: the app registration's roles are those that the code asks for, and the script that makes it can be run again. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROLES } from '../../functions/principal.ts';
import { APP_DIR } from '../system/world.ts';

const text = (path: string) => readFileSync(join(APP_DIR, path), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stream-control-az-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script with an `az` that writes down what it is asked, and knows an app registration or none. */
function run(known: boolean, ...args: string[]): { calls: string[]; out: string } {
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const az = `#!/bin/sh
echo "$*" >>'${log}'
case "$*" in
  'ad app list'*) ${known ? 'echo client' : ':'} ;;
  'ad app create'*) echo client ;;
  'ad sp list'*) ${known ? 'echo service' : ':'} ;;
  'ad sp create'*) echo service ;;
  'ad app show'*appRoles*) echo role ;;
  'ad app show'*) echo object ;;
  'cloud show'*) echo https://graph.example/ ;;
  'rest --method get'*) echo ${known ? 1 : 0} ;;
esac
`;
  writeFileSync(join(folder, 'az'), az);
  chmodSync(join(folder, 'az'), 0o755);
  const { status, stdout, stderr } = spawnSync('bash', [join(APP_DIR, 'bicep/app-registration.sh'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
  });
  expect([status, stderr]).toEqual([0, '']);
  return { calls: readFileSync(log, 'utf8').trim().split('\n'), out: stdout };
}

it('has the roles that the code asks for, each with an id of its own', () => {
  const roles = JSON.parse(text('bicep/app-roles.json')) as {
    id: string;
    value: string;
    allowedMemberTypes: string[];
  }[];
  const agent = /AGENT_ROLE = '(\w+)'/.exec(text('functions/agent-proof.ts'))?.[1];
  expect(roles.map(({ value }) => value)).toEqual([...ROLES, agent, 'ActionGroupsSecureWebhook']);
  expect(new Set(roles.map(({ id }) => id)).size).toBe(roles.length);
  // No person can be a mixer, or an alert.
  for (const { value, allowedMemberTypes } of roles)
    expect(allowedMemberTypes.includes('User')).toBe((ROLES as readonly string[]).includes(value));
  expect(text('functions/alerts.ts').toLowerCase()).toContain('actiongroupssecurewebhook');
});

it('is made once, for one tenant, and prints the parameters', () => {
  const first = run(false);
  expect(first.calls.filter((call) => / create /.test(call))).toEqual([
    expect.stringMatching(/^ad app create .*--sign-in-audience AzureADMyOrg/),
    expect.stringMatching(/^ad sp create --id client/),
  ]);
  expect(first.out).toBe('APPLICATION_CLIENT_ID=client\nAPPLICATION_OBJECT_ID=object\n');
  expect(run(true).calls.filter((call) => / create |--method post/.test(call))).toEqual([]);
});

it('gives the mixers’ identity its role once', () => {
  const posts = (known: boolean) =>
    run(known, 'stream-control', 'mixers').calls.filter((call) => /--method post/.test(call));
  expect(posts(false)).toEqual([
    expect.stringContaining('{"principalId":"mixers","resourceId":"service","appRoleId":"role"}'),
  ]);
  expect(posts(true)).toEqual([]);
});

it('azure.yaml names what is there: the template, and npm scripts that exist', () => {
  const azd = parse(text('azure.yaml')) as {
    infra: { path: string; module: string };
    services: Record<string, { project: string }>;
  };
  expect(text(join(azd.infra.path, `${azd.infra.module}.bicep`))).toContain("targetScope = 'subscription'");
  expect(text('bicep/modules/function-app.bicep')).toContain("'azd-service-name': 'control-plane'");
  expect(text('docs/operate/install.md')).toContain(`--app ${azd.services['control-plane']?.project}`);
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
  const named = [...text('azure.yaml').matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});
