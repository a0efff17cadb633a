import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderTitle, TITLE } from './title.ts';
import { type Loop, readSlate, type Slate } from './ts/slate.ts';

/** 8 s: two periods of the moving line, at 25 pictures a second. */
const LOOP: Loop = { count: 200, step: 3600 };
/**
 * Renders the slate with pango-view and ffmpeg: the event's title and a slowly moving line, which says "we are live" in every language.
 * Takes about two seconds of one core. @throws Error when one of them is missing or fails
 */
export async function renderSlate(title: string): Promise<Slate> {
  const folder = await mkdtemp(join(tmpdir(), 'slate-'));
  const file = join(folder, 'slate.ts');
  try {
    const picture = await renderTitle(title, folder);
    // The line's period divides the loop, so the seam cannot be seen.
    const bar = "drawbox=x='iw*0.3+iw*0.36*(0.5-0.5*cos(2*PI*t/4))':y=ih*0.72:w=iw*0.04:h=6:color=0x4aa3ff:t=fill";
    const drawn = `[0:v][1:v]overlay=(W-w)/2:${TITLE.middle}-h/2,${bar},format=yuv420p[slate]`;
    const seconds = String((LOOP.count * LOOP.step) / 90_000 + 0.2);
    await promisify(execFile)(
      'ffmpeg',
      [
        ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'color=c=0x10151c:s=1280x720:r=25', '-i', picture],
        ...['-filter_complex', drawn, '-map', '[slate]', '-t', seconds],
        // A key frame every second: a caller that joins sees the slate within one.
        ...[
          '-c:v',
          'libx264',
          '-preset',
          'veryfast',
          '-tune',
          'zerolatency',
          '-g',
          '25',
          '-sc_threshold',
          '0',
          '-b:v',
          '300k',
        ],
        ...['-f', 'mpegts', '-muxdelay', '0.02', file],
      ],
      { cwd: folder },
    );
    return readSlate(await readFile(file), LOOP);
  } catch (error) {
    throw new Error(`Cannot render the slate: ${error instanceof Error ? error.message : error}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
