/** `npm run host -- --app DIR --port P --data D`: the local Functions host over any built Node v4 app folder. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureError, HostError } from './errors.ts';
import { createHost, type Host } from './host.ts';
import { consoleToStandardError, endOnSignal, fail, surviveStrayErrors } from './process.ts';
import { readLocalSettings } from './settings.ts';

const USAGE =
  'Usage: host [--app DIR] [--port P] [--data D] [--roles http,timers,durable] [--durable-origin URL] [--enable-auth] [--late-redelivery] [--workers N]';
const ROLES = ['http', 'timers', 'durable'] as const;

function options(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        app: { type: 'string', default: '.' },
        port: { type: 'string' },
        data: { type: 'string', default: '.local-host' },
        roles: { type: 'string', default: ROLES.join(',') },
        'durable-origin': { type: 'string' },
        'enable-auth': { type: 'boolean', default: false },
        'late-redelivery': { type: 'boolean', default: false },
        workers: { type: 'string' },
      },
    });
    const wanted = values.port ?? (process.env.PORT || readLocalSettings(values.app).host.LocalHttpPort) ?? 7071;
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new HostError(`--port must be a whole number from 0 to 65535: current value is '${wanted}'`);
    if (values.workers !== undefined && !/^([1-9]|10)$/.test(values.workers))
      throw new HostError(`--workers must be a whole number from 1 to 10: current value is '${values.workers}'`);
    const roles = values.roles.split(',').map((role) => {
      const known = ROLES.find((one) => one === role.trim());
      if (!known)
        throw new HostError(`--roles must be some of ${ROLES.join(', ')}: current value is '${values.roles}'`);
      return known;
    });
    return { ...values, port, roles };
  } catch (error) {
    throw new HostError(`${ensureError(error).message.split('\n')[0]}. ${USAGE}`);
  }
}

async function main(): Promise<void> {
  consoleToStandardError();
  const { app, port, data, roles, ...flags } = options(process.argv.slice(2));
  const durableOrigin = flags['durable-origin'];
  const host: Host = createHost({
    appDir: resolve(app),
    dataDir: resolve(data),
    roles,
    enforceKeys: flags['enable-auth'],
    lateRedelivery: flags['late-redelivery'],
    ...(flags.workers !== undefined && { workers: Number(flags.workers) }),
    ...(durableOrigin !== undefined && { durableOrigin }),
  });
  endOnSignal(() => host.stop());
  await host.listen(port);
  await host.start();
  surviveStrayErrors((line) => process.stderr.write(`error: ${line}\n`));
  process.stdout.write(`host ready on ${host.origin}\n`);
}

main().catch(fail);
