import { z } from 'zod';
import { LANGUAGE } from '../../contract/language.ts';

const secretName = z.string('is missing: the name of a secret in the mixers’ vault').min(1);
const port = z.coerce.number('must be a port number').int().min(0).max(65535);

/** What a light mixer is told, as environment variables of its container: names and addresses, never a secret. */
const schema = z.object({
  DEPLOYMENT_ID: z.string('is missing').min(5).max(60),
  /** Where the language alone does not say which component this is. */
  COMPONENT: z.string().min(1).max(40).optional(),
  LANGUAGE: z.string('is missing').regex(LANGUAGE, 'must be a language of the event'),
  CONTROL_PLANE_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
  CONTROL_PLANE_AUDIENCE: z.string().min(1).optional(),
  HEARTBEAT_SECONDS: z.coerce.number('must be seconds').min(0.2).max(300).default(10),
  IDENTITY_CLIENT_ID: z.string().min(1).optional(),
  VAULT_URL: z.url('must be the mixers’ vault'),
  SECRET_STREAM_KEY: secretName,
  SECRET_EGRESS: secretName,
  SECRET_AGENT_TOKEN: z.string().min(1).optional(),
  PROGRAMME_HOST: z.string('is missing: the relay’s name').min(1),
  PROGRAMME_PORT: port.default(9996),
  AUDIO: z.string().optional(),
  STREAM_SERVER: z
    .url({ protocol: /^rtmps?$/, error: 'must be an RTMP or RTMPS address without the key' })
    .default('rtmps://a.rtmps.youtube.com:443/live2'),
  /** Who else vouches for the destination's certificate, as PEM: beside the authorities that everybody trusts. */
  STREAM_CA: z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'must be a certificate as PEM' }).optional(),
  SRT_LATENCY_MS: z.coerce.number('must be milliseconds').int().min(20).max(8000).default(200),
  BIND: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').default('0.0.0.0'),
  HEALTH_PORT: port.default(8080),
  SRT_PIPE: z.string().min(1).default('srt-pipe'),
  IMDS_URL: z.url().default('http://169.254.169.254'),
  /** A JSON file, secret name -> value, instead of the vault. For local use. */
  SECRETS_FILE: z.string().min(1).optional(),
});
export type LightSettings = z.output<typeof schema>;

/** @throws Error of one line that names every setting that is missing or wrong */
export function readSettings(env: Record<string, string | undefined>): LightSettings {
  const values = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Error(`Cannot start: ${faults.join('; ')}`);
}
