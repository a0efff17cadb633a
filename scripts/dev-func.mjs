// The same app under the real Functions host: Azurite (storage) + the simulator + `func start`, for those who have
// Azure Functions Core Tools. Ends all three on Ctrl-C, or as soon as one of them ends.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const found = spawnSync('func', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
if (found.status !== 0) {
  console.error(
    "dev:func needs Azure Functions Core Tools 4 ('func'), which is not on the PATH: install it from\n" +
      "https://learn.microsoft.com/azure/azure-functions/functions-run-local, or use 'npm start', which needs nothing else",
  );
  process.exit(1);
}

const settings = join(root, 'local.settings.json');
if (!existsSync(settings)) {
  copyFileSync(join(root, 'local.settings.sample.json'), settings);
  console.log('local.settings.json made from local.settings.sample.json');
}
const data = join(root, '.stream-control', 'dev-func');
mkdirSync(data, { recursive: true });

const children = [];
let ending = false;
function end(code) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children) child.kill('SIGTERM');
}
function start(name, command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  children.push(child);
  child.on('exit', (code) => {
    if (!ending) console.error(`${name} ended with ${code}`);
    end(code ?? 1);
  });
}

/** Resolves when something listens on a port of this machine. */
async function listening(port, name) {
  for (let attempt = 0; attempt < 60 && !ending; attempt++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
        .on('connect', () => resolve(true) ?? socket.destroy())
        .on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (!ending) console.error(`${name} does not listen on port ${port}`);
  end(1);
}

process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));
const azurite = join(
  dirname(createRequire(import.meta.url).resolve('azurite/package.json')),
  'dist',
  'src',
  'azurite.js',
);
start('azurite', process.execPath, [azurite, '--silent', '--skipApiVersionCheck', '--location', join(data, 'azurite')]);
start('simulator', process.execPath, [
  join(root, 'dist/local/fleet/main.js'),
  ...['--port', '7072', '--data', join(data, 'simulator')],
]);
await Promise.all([listening(10000, 'azurite'), listening(7072, 'the simulator')]);
if (!ending) start('func', 'func', ['start', '--port', '7071']);
