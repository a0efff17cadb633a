/**
 * `require` and `import()` as Node itself does them.
 *
 * A test runner rewrites `import()` in the modules it transforms and would run the app inside its own loader; a function
 * compiled by Node's CommonJS loader keeps the real one.
 */
import Module, { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(import.meta.url);

interface Compiler extends Module {
  _compile(code: string, filename: string): void;
}

function nodeImport(): (url: string) => Promise<unknown> {
  const compiled = new Module(here) as Compiler;
  compiled._compile('module.exports = (url) => import(url);', here);
  return compiled.exports as (url: string) => Promise<unknown>;
}

/**
 * Loads one script the way the Functions worker does: `.mjs`, and `.js` in a package of type module, by `import()`, all else by `require`
 * (azure-functions-nodejs-worker, loadScriptFile.ts).
 * @param path absolute path
 * @param packageType `type` of the app's package.json
 */
export async function loadScript(path: string, packageType: string | undefined): Promise<void> {
  const extension = extname(path);
  if (extension === '.mjs' || (packageType === 'module' && extension !== '.cjs'))
    await nodeImport()(pathToFileURL(path).href);
  else createRequire(path)(path);
}
