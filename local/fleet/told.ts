/** What an agent was told at its birth: a machine by its userData, a light mixer by its container's environment. */
import type { Source } from '../../contract/problems.ts';
import { CONTAINER_GROUP } from '../azure/container-instance/quota.ts';
import { child, children } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import { configOf } from './config.ts';

export interface Endpoint {
  host: string;
  port: number;
}
export interface Told {
  deploymentId: string;
  language: string;
  component?: string | undefined;
  heartbeatSeconds: number;
  controlPlaneUrl: string;
  controlPlaneAudience?: string | undefined;
  identityClientId?: string | undefined;
  vaultUrl: string;
  /** Names of secrets in that vault. */
  secrets: { streamKey: string; agentToken?: string | undefined };
  sources: Partial<Record<Source, Endpoint>>;
  audio?: string | undefined;
  /** It makes no picture of its own, and says what its destination has accepted. */
  light: boolean;
}

/** Plain environment variables of a group's first container; secure values are stored nowhere. */
export function environmentOf(group: Resource): Record<string, string> {
  const first = child(children(group.properties, 'containers')[0], 'properties');
  return Object.fromEntries(
    children(first, 'environmentVariables').flatMap((one) =>
      typeof one.value === 'string' ? [[String(one.name), one.value]] : [],
    ),
  );
}

/** Undefined for a container that is no light mixer, or was not told all it needs: then nothing begins. */
function lightOf(group: Resource): Told | undefined {
  const env = environmentOf(group);
  const { ROLE, DEPLOYMENT_ID, LANGUAGE, CONTROL_PLANE_URL, VAULT_URL, SECRET_STREAM_KEY, PROGRAMME_HOST } = env;
  if (ROLE !== 'light' || !DEPLOYMENT_ID || !LANGUAGE || !CONTROL_PLANE_URL) return undefined;
  if (env.STREAM_SERVER !== undefined && !/^rtmps?:\/\/./.test(env.STREAM_SERVER)) return undefined;
  if (!VAULT_URL || !SECRET_STREAM_KEY || !env.SECRET_EGRESS || !PROGRAMME_HOST) return undefined;
  return {
    deploymentId: DEPLOYMENT_ID,
    language: LANGUAGE,
    component: env.COMPONENT,
    heartbeatSeconds: Number(env.HEARTBEAT_SECONDS ?? 10),
    controlPlaneUrl: CONTROL_PLANE_URL,
    controlPlaneAudience: env.CONTROL_PLANE_AUDIENCE,
    identityClientId: env.IDENTITY_CLIENT_ID || undefined,
    vaultUrl: VAULT_URL,
    secrets: { streamKey: SECRET_STREAM_KEY, agentToken: env.SECRET_AGENT_TOKEN },
    sources: { programme: { host: PROGRAMME_HOST, port: Number(env.PROGRAMME_PORT ?? 9996) } },
    audio: env.AUDIO,
    light: true,
  };
}

/** Undefined for what holds no agent. */
export function toldOf(resource: Resource): Told | undefined {
  if (resource.type.toLowerCase() === CONTAINER_GROUP.toLowerCase()) return lightOf(resource);
  const config = configOf(resource);
  if (!config) return undefined;
  const { programme, slides, ...rest } = config;
  return { ...rest, sources: { programme, slides }, light: false };
}
