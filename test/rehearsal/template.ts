/** What is installed: bicep/ as the real compiler gives it, and the values of a parameter file. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { compiler } from '../../scripts/bicep.ts';
import { APP_DIR } from '../system/world.ts';

export type Json = Record<string, unknown>;
export interface Compiled {
  template: Json;
  parameters: Record<string, { value: unknown }>;
}

export const TENANT = '11111111-1111-1111-1111-111111111111';
/** What bicep/app-registration.sh would print. */
export const APPLICATION = {
  clientId: '77777777-7777-4777-8777-777777777777',
  objectId: '88888888-8888-4888-8888-888888888888',
};

const bicep = (...args: string[]): Json =>
  JSON.parse(
    execFileSync(compiler(), args, {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        APPLICATION_CLIENT_ID: APPLICATION.clientId,
        APPLICATION_OBJECT_ID: APPLICATION.objectId,
      },
    }),
  ) as Json;

/** @param environment name of a file in bicep/environments @throws Error with the compiler's complaints */
export function compile(environment: string): Compiled {
  const file = join(APP_DIR, 'bicep/environments', `${environment}.bicepparam`);
  const { parametersJson, templateJson } = bicep('build-params', file, '--stdout') as {
    parametersJson: string;
    templateJson: string;
  };
  const { parameters } = JSON.parse(parametersJson) as { parameters: Compiled['parameters'] };
  return { template: JSON.parse(templateJson) as Json, parameters };
}

/** The template that builds the mixers' image. */
export const imageTemplate = (): Json => bicep('build', join(APP_DIR, 'mixer/image/image.bicep'), '--stdout');

interface Tree {
  resources?: Record<string, { type: string; properties?: { template?: Tree; permissions?: { actions: unknown }[] } }>;
  variables?: { actions?: Record<string, string[]> };
}
/** The module in which our own roles are defined; its variable is bicep/actions.json. */
function rolesOf(tree: Tree): Tree | undefined {
  const inner = Object.values(tree.resources ?? {});
  if (inner.some(({ type }) => type === 'Microsoft.Authorization/roleDefinitions')) return tree;
  return inner.flatMap(({ properties }) => (properties?.template ? (rolesOf(properties.template) ?? []) : []))[0];
}

/** Where the compiled template keeps the actions of our roles, to be changed in place. @throws Error when it keeps them nowhere */
export function rolesIn({ template }: Compiled): Record<string, string[]> {
  const found = Object.values(rolesOf(template as Tree)?.variables ?? {}).find(
    (one): one is Record<string, string[]> => typeof one === 'object' && 'subscription' in one,
  );
  if (!found) throw new Error('The compiled template has no actions of our own roles');
  return found;
}
export const actionsIn = (compiled: Compiled): string[] => [...new Set(Object.values(rolesIn(compiled)).flat())];

/** The resources of a module of main.bicep, to be changed in place. @throws Error when there is no such module */
export function resources({ template }: Compiled, module: string): NonNullable<Tree['resources']> {
  const found = (template as Tree).resources?.[module]?.properties?.template?.resources;
  if (!found) throw new Error(`main.bicep has no module ${module}`);
  return found;
}
