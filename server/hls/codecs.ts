/** What HLS can carry in transport streams to every player (RFC 8216, and Apple's "HLS Authoring Specification"). */
import { execFile } from 'node:child_process';
import { z } from 'zod';

const PROBE_MS = 15_000;
const probedSchema = z.object({
  streams: z.array(z.object({ codec_type: z.string().default('data'), codec_name: z.string().default('unknown') })),
});
export type Streams = z.output<typeof probedSchema>['streams'];

const CARRIED: Readonly<Record<string, readonly string[]>> = { video: ['h264'], audio: ['aac', 'mp3'] };

/** Why HLS cannot carry it; undefined when it can. */
export function refusalOf(streams: Streams): string | undefined {
  const wrong = streams.filter(
    ({ codec_type, codec_name }) => !(CARRIED[codec_type] ?? [codec_name]).includes(codec_name),
  );
  const [first] = wrong;
  if (first) return `HLS carries no ${first.codec_type} of ${first.codec_name}: send H.264 video with AAC or MP3 sound`;
  return streams.some(({ codec_type }) => codec_type in CARRIED) ? undefined : 'there is neither video nor sound in it';
}

/** What an address sends. @throws Error when it sends nothing that can be read */
export const probe = (ffprobe: string, input: readonly string[], signal: AbortSignal): Promise<Streams> =>
  new Promise((resolve, reject) => {
    const args = ['-v', 'error', ...input, '-show_entries', 'stream=codec_type,codec_name', '-of', 'json'];
    execFile(ffprobe, args, { signal, timeout: PROBE_MS }, (error, stdout) => {
      // What ffprobe says holds the address, and that a proof.
      if (error) return reject(new Error('it sends nothing that can be read'));
      try {
        resolve(probedSchema.parse(JSON.parse(stdout)).streams);
      } catch (problem) {
        reject(problem);
      }
    });
  });
