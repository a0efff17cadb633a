/** What each program of a stream server is told at its start, by environment variables. */
import { z } from 'zod';

const port = (usual: number) =>
  z.coerce.number('must be a port number').int().min(0).max(65_535, 'must be a port number').default(usual);
const host = z
  .string('is missing: give a name or an address')
  .regex(/^[A-Za-z0-9.:-]+$/, 'must be a name or an address');
const common = {
  BIND: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').default('0.0.0.0'),
  HEALTH_PORT: port(8080),
  /** Shared with the control plane and among the server's programs. */
  ACCESS_SECRET: z.string('is missing').min(10, 'must have at least 10 characters'),
};
const worker = {
  ...common,
  ACCESS_HOST: host,
  ACCESS_PORT: port(8080),
  NGINX: z.string().min(1).default('nginx'),
  RTMP_MODULE: z.string().min(1).default('/usr/lib/nginx/modules/ngx_rtmp_module.so'),
  /** Folder for what lasts as long as the program. */
  WORK_DIR: z.string().min(1).default('/tmp/stream-server'),
};
const pulling = { ...worker, INGEST_HOST: host, INGEST_PORT: port(1935) };

const access = z
  .object({
    ROLE: z.literal('access'),
    ...common,
    ACCESS_FOLDER: z.string().min(1).optional(),
    ACCESS_TABLE_URL: z.url('must be the address of a table').optional(),
    DEPLOYMENT: z.string('is missing').min(1),
    IDENTITY_CLIENT_ID: z.string().min(1).optional(),
  })
  .refine((v) => (v.ACCESS_FOLDER === undefined) !== (v.ACCESS_TABLE_URL === undefined), {
    path: ['ACCESS_FOLDER'],
    message: 'or ACCESS_TABLE_URL must say where users are kept, and not both: a mounted share, or a table',
  });
const ingest = z.object({ ROLE: z.literal('ingest'), ...worker, RTMP_PORT: port(1935) });
const playback = z.object({ ROLE: z.literal('playback'), ...pulling, RTMP_PORT: port(1935) });
const hls = z.object({
  ROLE: z.literal('hls'),
  ...pulling,
  HLS_PORT: port(8081),
  FFMPEG: z.string().min(1).default('ffmpeg'),
  FFPROBE: z.string().min(1).default('ffprobe'),
});
const schema = z.discriminatedUnion('ROLE', [access, ingest, playback, hls], {
  error: 'must be access, ingest, playback or hls',
});
export type Settings = z.output<typeof schema>;
export type AccessSettings = z.output<typeof access>;
export type IngestSettings = z.output<typeof ingest>;
export type PlaybackSettings = z.output<typeof playback>;
export type HlsSettings = z.output<typeof hls>;

/** @throws Error of one line that names every setting that is missing or wrong, and no value */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`Cannot start: ${faults.join('; ')}`);
}
