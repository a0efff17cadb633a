/**
 * Leaves out of the bundle what the Azure SDKs can do and this app never asks for.
 *
 * A management client makes one object for each of its groups of operations (`networkInterfaces`, 150 of them in
 * @azure/arm-network), so that no bundler can see which are used; they are half of the whole bundle. A group whose name
 * stands in no source file of the app cannot be asked for: its modules become functions that return nothing.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

/** A module of one group, seen from the client or from what restores its pollers. */
const GROUP = /^\.\/(?:classic|api)\/([A-Za-z0-9]+)\/(?:index|operations)\.js$/;
const CLIENT = /[\\/]@azure[\\/]arm-[a-z]+[\\/]dist[\\/]esm[\\/](?:\w+ManagementClient|restorePollerHelpers)\.js$/;
const EXPORTED = /^export (?:async )?function\*? ([\w$]+)/gm;

/**
 * @param root folder that the names of modules are given from
 * @param words every word of the app's sources
 */
export const unusedGroups = (root: string, words: ReadonlySet<string>): Plugin => ({
  name: 'unused-groups',
  setup(build) {
    build.onResolve({ filter: GROUP }, ({ path, importer, resolveDir }) => {
      const group = GROUP.exec(path)?.[1];
      if (group === undefined || words.has(group) || !CLIENT.test(importer)) return undefined;
      return { path: relative(root, join(resolveDir, path)), namespace: 'unused-group', sideEffects: false };
    });
    build.onLoad({ filter: /./, namespace: 'unused-group' }, ({ path }) => {
      const names = [...readFileSync(join(root, path), 'utf8').matchAll(EXPORTED)].map(([, name]) => name);
      return { contents: names.map((name) => `export const ${name} = () => undefined;`).join('\n') };
    });
  },
});
