/**
 * The app's settings, read from the environment once, at the start.
 * A missing or malformed one throws {@link SettingsError} with one line that names it and says what it must be.
 */
import { z } from 'zod';
import { isRegistryHost, parseImage } from '../domain/request/images.ts';
import { perHost } from '../ports/per-host.ts';
import { type TelemetrySettings, telemetrySettings } from './telemetry-settings.ts';

export class SettingsError extends Error {
  override name = 'SettingsError';
}

const armId = (type: string, example: string) =>
  z.string().regex(new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type}/.+$`, 'i'), {
    error: `must be an ARM id such as ${example}`,
  });
const identity = armId(
  'Microsoft\\.ManagedIdentity/userAssignedIdentities',
  '/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.ManagedIdentity/userAssignedIdentities/<name>',
);
const workspace = armId(
  'Microsoft\\.OperationalInsights/workspaces',
  '/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.OperationalInsights/workspaces/<name>',
);
const url = (protocol: RegExp, hint: string) => z.url({ protocol, error: hint });
const vaultUrl = url(/^https$/, 'must be an https URL such as https://control.vault.azure.net').transform((value) =>
  value.replace(/\/+$/, ''),
);
const webUrl = url(/^https?$/, 'must be an http or https URL').transform((value) => value.replace(/\/+$/, ''));

const image = z.string().refine((text) => parseImage(text) !== undefined, {
  error: 'must be a container image such as registry.azurecr.io/relay:1',
});
const registries = z
  .string()
  .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
  .refine((hosts) => hosts.every(isRegistryHost), {
    error: 'must be hosts of registries with commas between, such as other.azurecr.io,docker.io',
  });

/** A key of HMAC-SHA256 that is shorter than its hash can be guessed sooner than it should; Teams makes them this long. */
const HMAC_BYTES = 32;

const LOOPBACK = /^(?:localhost|127\..*|\[::1\])$/;

const WEBHOOK_SECRET = `must be whsec_ and at least ${HMAC_BYTES} random bytes in base64`;

/** Webhooks that are told of events; more would be for a broker to fan out. */
const MOST_WEBHOOKS = 10;
const isWebhook = (text: string): boolean => {
  const { protocol, hostname } = URL.parse(text) ?? {};
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname ?? ''));
};
const webhooks = z
  .string()
  .transform((text) => [...new Set(text.split(/[\s,]+/).filter((one) => one !== ''))])
  .refine((urls) => urls.length <= MOST_WEBHOOKS && urls.every(isWebhook), {
    error: `must be at most ${MOST_WEBHOOKS} https addresses with commas between`,
  });

/** Subscription of the simulator where none is set. */
const SIMULATED_SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';

const hostOf = (value: string): string => new URL(value).host.toLowerCase();

interface Together {
  AZURE_CLOUD: 'azure' | 'simulator';
  SIM_URL?: string | undefined;
  KEY_VAULT_URL: string;
  MIXER_VAULT_URL: string;
  MIXER_IDENTITY_ID: string;
  RELAY_IDENTITY_ID: string;
  PUBLIC_URL: string;
  AUTH_MODE: 'entra' | 'local';
  AUTH_AUTHORITY?: string | undefined;
  TIME_SCALE: number;
  WEBSITE_SITE_NAME?: string | undefined;
}

/** Settings that each make sense, and together none: by the name of the one to change, what it must be. */
function* contradictions(value: Together): Generator<[name: string, must: string]> {
  // The mixers may read their vault, and nothing of the control plane's; the relays nothing of the mixers'.
  if (hostOf(value.KEY_VAULT_URL) === hostOf(value.MIXER_VAULT_URL))
    yield ['MIXER_VAULT_URL', 'must be another vault than KEY_VAULT_URL'];
  if (value.MIXER_IDENTITY_ID.toLowerCase() === value.RELAY_IDENTITY_ID.toLowerCase())
    yield ['RELAY_IDENTITY_ID', 'must be another identity than MIXER_IDENTITY_ID'];
  if (value.AZURE_CLOUD === 'azure' && value.TIME_SCALE !== 1)
    yield ['TIME_SCALE', 'must be 1, or not set, when AZURE_CLOUD is azure: Azure takes the time it takes'];
  if (value.AZURE_CLOUD === 'simulator' && value.SIM_URL && hostOf(value.SIM_URL) === hostOf(value.PUBLIC_URL))
    yield ['SIM_URL', 'must be another address than PUBLIC_URL'];
  // Who answers at that address says who everybody is.
  if (value.AUTH_AUTHORITY?.startsWith('http:') && (value.AZURE_CLOUD === 'azure' || value.WEBSITE_SITE_NAME))
    yield ['AUTH_AUTHORITY', 'must be an https address, such as https://login.microsoftonline.com'];
  if (value.WEBSITE_SITE_NAME === undefined) return;
  if (value.AZURE_CLOUD === 'simulator')
    yield ['AZURE_CLOUD', 'must be azure on an Azure site (WEBSITE_SITE_NAME is set)'];
  if (value.AUTH_MODE === 'local') yield ['AUTH_MODE', 'must be entra on an Azure site (WEBSITE_SITE_NAME is set)'];
  const { protocol, hostname } = new URL(value.PUBLIC_URL);
  if (protocol !== 'https:' || LOOPBACK.test(hostname))
    yield ['PUBLIC_URL', 'must be the https address of the site on an Azure site (WEBSITE_SITE_NAME is set)'];
}

const schema = z
  .object({
    AZURE_CLOUD: z.enum(['azure', 'simulator'], { error: 'must be azure or simulator' }).default('azure'),
    SIM_URL: webUrl.optional(),
    AZURE_SUBSCRIPTION_ID: z.guid({ error: 'must be a subscription id (GUID)' }).optional(),
    KEY_VAULT_URL: vaultUrl,
    MIXER_VAULT_URL: vaultUrl,
    MIXER_IMAGE_ID: armId(
      'Microsoft\\.Compute/(galleries|images)',
      '/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Compute/galleries/<gallery>/images/<image>/versions/<version>',
    ),
    MIXER_IDENTITY_ID: identity,
    RELAY_IMAGE: image,
    SLIDE_SPLITTER_IMAGE: image,
    ALLOWED_REGISTRIES: registries.optional(),
    RELAY_IDENTITY_ID: identity,
    TEMPLATES_DIR: z.string().min(1).optional(),
    DEFAULT_REGION: z
      .string()
      .regex(/^[a-z][a-z0-9]+$/, { error: 'must be a region in its short form, such as westeurope' }),
    PUBLIC_URL: webUrl,
    CONTROL_PLANE_AUDIENCE: z.string().min(1).optional(),
    AUTH_MODE: z.enum(['entra', 'local'], { error: 'must be entra or local' }).default('entra'),
    AUTH_TENANT_ID: z.guid({ error: 'must be the id of an Entra ID tenant (GUID)' }).optional(),
    AUTH_CLIENT_ID: z.guid({ error: 'must be the client id of the app registration (GUID)' }).optional(),
    AUTH_AUTHORITY: webUrl.optional(),
    TIME_SCALE: z.coerce
      .number({ error: 'must be a number of at least 1' })
      .min(1, 'must be a number of at least 1')
      .default(1),
    TEAMS_WEBHOOK_SECRET: z
      .base64({ error: 'must be the base64 token Teams showed' })
      .refine((text) => Buffer.from(text, 'base64').length >= HMAC_BYTES, {
        error: `must be the base64 token Teams showed: at least ${HMAC_BYTES} bytes`,
      })
      .optional(),
    TEAMS_WORKFLOW_URL: webUrl.optional(),
    EVENT_WEBHOOKS: webhooks.optional(),
    EVENT_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, { error: WEBHOOK_SECRET })
      .refine((text) => Buffer.from(text.slice(6), 'base64').length >= HMAC_BYTES, { error: WEBHOOK_SECRET })
      .optional(),
    ALERT_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
    USERS_TABLE_URL: z
      .string()
      .regex(/^https:\/\/[a-z0-9]{3,24}\.table\.[a-z0-9.-]+\/[A-Za-z][A-Za-z0-9]{2,62}$/, {
        error: 'must be the address of a table such as https://account.table.core.windows.net/users',
      })
      .optional(),
    LOG_WORKSPACE_ID: workspace.optional(),
    LOG_WORKSPACE_CUSTOMER_ID: z.guid({ error: 'must be the workspace id of LOG_WORKSPACE_ID (GUID)' }).optional(),
    WEBSITE_SITE_NAME: z.string().optional(),
    // The host's, which the app shares: small pictures pass through a table of it.
    AzureWebJobsStorage__tableServiceUri: webUrl.optional(),
  })
  .superRefine((value, context) => {
    const need = (path: string, when: string) =>
      context.addIssue({ code: 'custom', path: [path], message: `must be set when ${when}` });
    if (value.AZURE_CLOUD === 'simulator' && !value.SIM_URL) need('SIM_URL', 'AZURE_CLOUD is simulator');
    if (value.AZURE_CLOUD === 'azure' && !value.AZURE_SUBSCRIPTION_ID)
      need('AZURE_SUBSCRIPTION_ID', 'AZURE_CLOUD is azure');
    if (value.EVENT_WEBHOOKS && !value.EVENT_WEBHOOK_SECRET) need('EVENT_WEBHOOK_SECRET', 'EVENT_WEBHOOKS is set');
    if (value.LOG_WORKSPACE_ID && !value.LOG_WORKSPACE_CUSTOMER_ID)
      need('LOG_WORKSPACE_CUSTOMER_ID', 'LOG_WORKSPACE_ID is set');
    if (value.LOG_WORKSPACE_CUSTOMER_ID && !value.LOG_WORKSPACE_ID)
      need('LOG_WORKSPACE_ID', 'LOG_WORKSPACE_CUSTOMER_ID is set');
    if (value.AUTH_MODE === 'entra' && !value.AUTH_TENANT_ID) need('AUTH_TENANT_ID', 'AUTH_MODE is entra');
    for (const [path, message] of contradictions(value)) context.addIssue({ code: 'custom', path: [path], message });
  });

type Raw = z.infer<typeof schema>;

/** A Log Analytics workspace. */
export interface LogWorkspace {
  /** ARM id. */
  id: string;
  /** What queries call it. */
  customerId: string;
}

/** Settings in force. URLs carry no trailing slash. */
export interface Settings {
  cloud: Raw['AZURE_CLOUD'];
  /** Base URL of the simulator; set when `cloud` is `simulator`. */
  simulatorUrl: string | undefined;
  subscriptionId: string;
  keyVaultUrl: string;
  mixerVaultUrl: string;
  mixerImageId: string;
  mixerIdentityId: string;
  relayImage: string;
  slideSplitterImage: string;
  /** Registries besides that of the two images from which an operator may run another. */
  allowedRegistries: readonly string[];
  relayIdentityId: string;
  /** Folder with event templates of the user's own, beside those of the app. */
  templatesDir: string | undefined;
  defaultRegion: string;
  publicUrl: string;
  /** Application ID URI that the mixers ask their tokens for; `publicUrl` where it is not set. */
  controlPlaneAudience: string | undefined;
  authMode: Raw['AUTH_MODE'];
  /** Whose principals count; set when `authMode` is `entra`. */
  tenantId: string | undefined;
  /** Where that tenant's keys are, and what its v2 tokens name as their issuer. */
  authority: string;
  /** What tokens to call this control plane are issued for. */
  audiences: readonly string[];
  /** Divides poll, health-gate and heartbeat intervals; 1 is real time. */
  timeScale: number;
  teamsWebhookSecret: string | undefined;
  teamsWorkflowUrl: string | undefined;
  /** Who is told of events besides people, and what that is signed with (`whsec_` and base64). */
  webhooks: { urls: readonly string[]; secret: string | undefined };
  alertSecret: string | undefined;
  /** Address of the table in which stream servers keep their users; undefined where there are none. */
  usersTable: string | undefined;
  /** Where the lines of containers go, to be read when they are gone; undefined where nothing is kept. */
  logWorkspace: LogWorkspace | undefined;
  /** Name App Service gives the site; its presence means "on Azure". */
  siteName: string | undefined;
  /** Where tables of the app's own storage are, by identity; undefined where there is none. */
  tableUrl: string | undefined;
  /** Whom telemetry goes to; undefined when nobody is to be told. */
  telemetry: TelemetrySettings | undefined;
}

/** v1 tokens name the Application ID URI or the client id, v2 tokens the client id only. */
function audiencesOf({ CONTROL_PLANE_AUDIENCE, PUBLIC_URL, AUTH_CLIENT_ID }: Raw): string[] {
  const uri = CONTROL_PLANE_AUDIENCE ?? PUBLIC_URL;
  const inUri = /^api:\/\/([0-9a-f-]{36})$/i.exec(uri)?.[1];
  return [...new Set([uri, AUTH_CLIENT_ID?.toLowerCase(), inUri?.toLowerCase()])].filter((one) => one !== undefined);
}

/**
 * Reads settings from an environment.
 * @throws SettingsError one line naming every setting that is missing or malformed
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const telemetry = telemetrySettings(environment, environment.WEBSITE_SITE_NAME);
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  // App Service leaves the text of a reference that it cannot resolve in place of the secret: anybody can guess that.
  const unresolved = Object.keys(given).filter((name) => given[name]?.startsWith('@Microsoft.KeyVault('));
  if (unresolved.length > 0)
    throw new SettingsError(
      `Cannot start: setting ${unresolved.join(', ')} is a Key Vault reference that was not resolved; check the secret and the identity's role`,
    );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return given[name] === undefined && !issue.message.startsWith('must be set')
        ? `${name} is not set`
        : `${name} ${issue.message}`;
    });
    throw new SettingsError(`Cannot start: setting ${lines.join('; ')}`);
  }
  const value = parsed.data;
  return {
    cloud: value.AZURE_CLOUD,
    simulatorUrl: value.AZURE_CLOUD === 'simulator' ? value.SIM_URL : undefined,
    subscriptionId: value.AZURE_SUBSCRIPTION_ID ?? SIMULATED_SUBSCRIPTION,
    keyVaultUrl: value.KEY_VAULT_URL,
    mixerVaultUrl: value.MIXER_VAULT_URL,
    mixerImageId: value.MIXER_IMAGE_ID,
    mixerIdentityId: value.MIXER_IDENTITY_ID,
    relayImage: value.RELAY_IMAGE,
    slideSplitterImage: value.SLIDE_SPLITTER_IMAGE,
    allowedRegistries: value.ALLOWED_REGISTRIES ?? [],
    relayIdentityId: value.RELAY_IDENTITY_ID,
    templatesDir: value.TEMPLATES_DIR,
    defaultRegion: value.DEFAULT_REGION,
    publicUrl: value.PUBLIC_URL,
    controlPlaneAudience: value.CONTROL_PLANE_AUDIENCE,
    authMode: value.AUTH_MODE,
    tenantId: value.AUTH_TENANT_ID?.toLowerCase(),
    authority: value.AUTH_AUTHORITY ?? 'https://login.microsoftonline.com',
    audiences: audiencesOf(value),
    timeScale: value.TIME_SCALE,
    teamsWebhookSecret: value.TEAMS_WEBHOOK_SECRET,
    teamsWorkflowUrl: value.TEAMS_WORKFLOW_URL,
    webhooks: { urls: value.EVENT_WEBHOOKS ?? [], secret: value.EVENT_WEBHOOK_SECRET },
    alertSecret: value.ALERT_SECRET,
    usersTable: value.USERS_TABLE_URL,
    logWorkspace:
      value.LOG_WORKSPACE_ID && value.LOG_WORKSPACE_CUSTOMER_ID
        ? { id: value.LOG_WORKSPACE_ID, customerId: value.LOG_WORKSPACE_CUSTOMER_ID }
        : undefined,
    siteName: value.WEBSITE_SITE_NAME,
    tableUrl: value.AzureWebJobsStorage__tableServiceUri,
    telemetry,
  };
}

/** The settings of this process. @throws SettingsError */
export const settings: () => Settings = perHost(() => readSettings(process.env));
