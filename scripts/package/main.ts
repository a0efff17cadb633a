/**
 * `npm run package`: the app alone, as a zip to deploy and unpacked beside it to try (`npm run host -- --app dist/package/app`).
 * The last line is the zip's path. Its argument, or DURABLE_BACKEND, is the durable backend: AzureStorage where nothing is said.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appFolder } from './app.ts';
import { ROOT } from './bundle.ts';
import { backendOf } from './host-json.ts';
import { zipped } from './zip.ts';

const target = join(ROOT, 'dist/package');
try {
  const files = await appFolder(backendOf(process.argv[2] ?? process.env.DURABLE_BACKEND));
  rmSync(target, { recursive: true, force: true });
  for (const [path, content] of files) {
    const file = join(target, 'app', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const zip = zipped(files);
  const path = join(target, 'stream-control.zip');
  writeFileSync(path, zip);
  console.log(`${files.size} files, ${Math.ceil(zip.length / 1024)} KB`);
  console.log(path);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
