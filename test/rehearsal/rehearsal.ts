/**
 * The installation, rehearsed: the compiled template goes into a subscription in which roles are enforced; the packaged app boots with
 * exactly the settings and the identity that this gave it; an event comes, is healed, and goes. What it has no right to is an error
 * that names the action; a right that nobody used is reported.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueToken } from '../../local/azure/login/token.ts';
import { createSimulator } from '../../local/fleet/simulator.ts';
import { usedActions } from '../bicep/used.ts';
import { World } from '../system/world.ts';
import { change, Ledger, SUBSCRIPTION, slowRoles, unusual } from './azure.ts';
import { type Call, rehearseEvent } from './event.ts';
import { buildImage } from './image.ts';
import type { Install, Installed } from './install.ts';
import { identityEndpoint, type Site, siteOf } from './platform.ts';
import { actionsIn, type Compiled } from './template.ts';

/** An operator's own app, which signs in as itself. */
const OPERATOR = '12121212-1212-4212-8212-121212121212';
/** Azure Monitor's, to which the guide gives the role of the secure webhook. */
const MONITOR = '461e8683-5575-4561-ac7f-899cc907d62a';
/** Roles that were given minutes ago count by now. */
const SETTLED = 600;

export interface Rehearsal {
  compiled: Compiled;
  /** Folder of the packaged app, unpacked. */
  app: string;
  install: Install;
  say(line: string): void;
}
export interface Result {
  /** Actions of the roles that nothing used, and why not is not known. */
  unused: string[];
}

/** A host of the world, in which the simulator is what was installed into. */
async function boot({ app: packaged }: Rehearsal, { snapshot, at }: Installed, ledger: Ledger) {
  // A folder of its own: what was loaded from one for an earlier rehearsal remembers that one's settings and keys.
  const app = mkdtempSync(join(tmpdir(), 'rehearsal-app-'));
  cpSync(packaged, app, { recursive: true });
  let endpoint: Awaited<ReturnType<typeof identityEndpoint>> | undefined;
  const settings: Record<string, string> = {};
  const world = World.prepare({
    seed: 'rehearsal',
    start: at,
    appDir: app,
    listens: true,
    site: settings,
    azure: (clock, controlPlane) => createSimulator({ clock, ...unusual(ledger), snapshot, controlPlane }),
  });
  try {
    const site = await siteOf(world.simulator);
    endpoint = await identityEndpoint(world.simulator, site);
    Object.assign(settings, site.settings, endpoint.variables, { WEBSITE_SITE_NAME: site.name });
    const { close } = endpoint;
    const stop = async () => {
      await world.stop();
      await close();
      rmSync(app, { recursive: true, force: true });
    };
    return { world, site, stop };
  } catch (error) {
    await endpoint?.close();
    await world.stop();
    rmSync(app, { recursive: true, force: true });
    throw error;
  }
}

/** What bicep/app-registration.sh and the guide give in Entra ID, in the directory of the simulator. */
const register = ({ simulator }: World, { outputs }: Installed): Promise<void> =>
  change(simulator, {
    appRoles: {
      [OPERATOR]: ['operator'],
      [MONITOR]: ['ActionGroupsSecureWebhook'],
      [String(outputs.MIXER_PRINCIPAL_ID?.value)]: ['agent'],
    },
  });

/** @throws Error naming what is missing */
export async function rehearse(rehearsal: Rehearsal): Promise<Result> {
  const { compiled, install, say } = rehearsal;
  const installed = await install(compiled, say);
  say(
    `installed: ${Object.keys(installed.outputs).length} outputs, ${String(installed.outputs.FUNCTION_APP_NAME?.value)}`,
  );
  const ledger = new Ledger();
  const { world, site, stop } = await boot(rehearsal, installed, ledger);
  try {
    await slowRoles(world.simulator);
    await register(world, installed);
    await world.pass(SETTLED);
    const group = `${SUBSCRIPTION}/resourceGroups/${site.group}`;
    const { MIXER_IMAGE_DEFINITION, STREAM_CONTROL_URL, STREAM_CONTROL_AUDIENCE } = installed.outputs;
    await buildImage(world, group, String(MIXER_IMAGE_DEFINITION?.value), [site.settings.DEFAULT_REGION ?? '']);
    say('mixers’ image built into the gallery');
    await world.startHost();
    say(`the packaged app runs as ${site.name} with ${Object.keys(site.settings).length} settings`);
    const host = new URL(String(STREAM_CONTROL_URL?.value)).host;
    const call: Call = async (method, path, body) => {
      const token = issueToken(world.simulator.kernel, { clientId: OPERATOR }, String(STREAM_CONTROL_AUDIENCE?.value));
      const answer = await world.call(method, path, body, { host, authorization: `Bearer ${token}` });
      if (answer.status >= 400) throw new Error(`${method} ${path} answers ${answer.status}: ${answer.text}`);
      return answer.body;
    };
    try {
      await rehearseEvent(world, call, say);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}${lacking(ledger, site)}`);
    }
    const lacks = lacking(ledger, site);
    if (lacks) throw new Error(`The event came and went, but not all was allowed${lacks}`);
    return { unused: unusedIn(rehearsal, ledger, site, await requests(world)) };
  } finally {
    await stop();
  }
}

const lacking = (ledger: Ledger, { identity }: Site): string => {
  const refused = ledger.refused(identity.principalId);
  return refused.length === 0 ? '' : `. The control plane's roles lack ${refused.join(', ')}`;
};

function unusedIn({ compiled }: Rehearsal, ledger: Ledger, { identity }: Site, paths: string[]): string[] {
  const used = usedActions(
    ledger.granted.filter(({ by }) => by === identity.principalId),
    paths,
  );
  return actionsIn(compiled).filter((action) => !used.has(action));
}

const requests = async (world: World): Promise<string[]> =>
  ((await world.sim('GET', '/_sim/requests')) as { requests: { path: string }[] }).requests.map(({ path }) => path);
