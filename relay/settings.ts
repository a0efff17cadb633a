import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChoiceOptions } from './ts/choice.ts';

/** libsrt takes 10 to 79 characters (its socket option SRTO_PASSPHRASE); printable ASCII keeps them typable into any encoder. */
const passphrase = z
  .string('is missing: give a passphrase of 10 to 79 characters')
  .regex(/^[\x21-\x7e]{10,79}$/, 'must be 10 to 79 printable characters without spaces');
const port = z.coerce
  .number('must be a port number')
  .int()
  .min(1, 'must be a port number')
  .max(65535, 'must be a port number');

const schema = z.object({
  ROLE: z.enum(['relay', 'slides'], 'must be relay or slides').default('relay'),
  EVENT_TITLE: z.string('is missing: give the title that the slate shows').trim().min(1, 'must not be empty').max(200),
  INGEST_PASSPHRASE: passphrase,
  EGRESS_PASSPHRASE: passphrase,
  SRT_LATENCY_MS: z.coerce.number('must be milliseconds').int().min(20).max(8000).default(200),
  BIND: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').default('0.0.0.0'),
  INGEST_PORT: port.optional(),
  EGRESS_PORT: port.default(9996),
  HEALTH_PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(8080),
  SRT_PIPE: z.string().min(1).default('srt-pipe'),
  PRESENTER_RETURN: z.enum(['auto', 'manual'], 'must be auto or manual').default('auto'),
  PRESENTER_STEADY_SECONDS: z.coerce.number('must be seconds').min(0).max(3600).default(10),
  PRESENTER_STILL_SECONDS: z.coerce.number('must be seconds').min(0).max(3600).default(0),
});

/** What one relay is told at its start. */
export interface Settings {
  role: 'relay' | 'slides';
  title: string;
  ingest: { port: number; passphrase: string };
  egress: { port: number; passphrase: string };
  /** SRT receiver latency in ms, for presenter and callers alike (each pair takes the larger of both sides' wish). */
  latencyMs: number;
  bind: string;
  /** TCP; 0 takes a free one. */
  healthPort: number;
  /** The program built from launcher/: a path, or a name on PATH. */
  srtPipe: string;
  /** When the backup presenter gives way, and what counts as a failure of the one on air. */
  choice: ChoiceOptions;
}

/**
 * Reads the settings from environment variables; `X_FILE` names a file that holds `X` (a mounted secret).
 * @throws Error of one line that names every setting that is missing or wrong
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const values: Record<string, string | undefined> = {};
  for (const name of Object.keys(schema.shape)) {
    const file = env[`${name}_FILE`];
    try {
      values[name] = file ? readFileSync(file, 'utf8').trim() : env[name] || undefined;
    } catch (error) {
      throw new Error(`Cannot start: ${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
    }
  }
  const result = schema.safeParse(values);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new Error(`Cannot start: ${faults.join('; ')}`);
  }
  const v = result.data;
  return {
    role: v.ROLE,
    title: v.EVENT_TITLE,
    ingest: { port: v.INGEST_PORT ?? (v.ROLE === 'slides' ? 9997 : 9998), passphrase: v.INGEST_PASSPHRASE },
    egress: { port: v.EGRESS_PORT, passphrase: v.EGRESS_PASSPHRASE },
    latencyMs: v.SRT_LATENCY_MS,
    bind: v.BIND,
    healthPort: v.HEALTH_PORT,
    srtPipe: v.SRT_PIPE,
    choice: {
      returns: v.PRESENTER_RETURN,
      steadyMs: v.PRESENTER_STEADY_SECONDS * 1000,
      stillMs: v.PRESENTER_STILL_SECONDS * 1000,
    },
  };
}
