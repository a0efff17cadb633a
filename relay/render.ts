import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Loop, readSlate, type Slate } from './ts/slate.ts';

/** 8 s: the shortest whole seconds that 25 pictures/s (3600 ticks) and 48 kHz AAC frames of 1024 samples (1920 ticks) both fill. */
const LOOP: Loop = { video: { count: 200, step: 3600 }, audio: { count: 375, step: 1920 } };
const LINE = 26;
const LINES = 4;

/** Breaks a title into lines that fit the picture; what is too long ends in an ellipsis. */
export function lines(title: string): string[] {
  const out: string[] = [];
  for (const word of title.split(/\s+/).filter(Boolean)) {
    const last = out.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE) out[out.length - 1] = `${last} ${word}`;
    else out.push(...(word.match(new RegExp(`.{1,${LINE}}`, 'gu')) ?? []));
  }
  if (out.length <= LINES) return out;
  return [...out.slice(0, LINES - 1), `${out[LINES - 1]?.slice(0, LINE - 1)}…`];
}

/**
 * Renders the slate with ffmpeg: the event's title and a slowly moving line, which says "we are live" in every language.
 * Takes about two seconds of one core. @throws Error when ffmpeg is missing or fails
 */
export async function renderSlate(title: string, videoOnly: boolean): Promise<Slate> {
  const folder = await mkdtemp(join(tmpdir(), 'slate-'));
  const file = join(folder, 'slate.ts');
  try {
    const rows = lines(title);
    const texts = rows.map((_, row) => {
      const y = `h*0.42-${(rows.length - 1) * 40}+${row * 80}-th/2`;
      return `drawtext=textfile=${row}.txt:expansion=none:fontsize=60:fontcolor=0xe8ecf1:x=(w-tw)/2:y=${y}`;
    });
    await Promise.all(rows.map((text, row) => writeFile(join(folder, `${row}.txt`), text)));
    // The line's period divides the loop, so the seam cannot be seen.
    const bar = "drawbox=x='iw*0.3+iw*0.36*(0.5-0.5*cos(2*PI*t/4))':y=ih*0.72:w=iw*0.04:h=6:color=0x4aa3ff:t=fill";
    const seconds = String((LOOP.video.count * LOOP.video.step) / 90_000 + 0.2);
    const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo'];
    await promisify(execFile)(
      'ffmpeg',
      [
        ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'color=c=0x10151c:s=1280x720:r=25'],
        ...(videoOnly ? [] : silence),
        ...['-vf', [...texts, bar, 'format=yuv420p'].join(','), '-t', seconds],
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
        ...(videoOnly ? [] : ['-c:a', 'aac', '-b:a', '64k']),
        // A delay below one AAC frame (21 ms) makes ffmpeg put each into a PES packet of its own, so that silence can be measured out.
        ...['-f', 'mpegts', '-muxdelay', '0.02', file],
      ],
      { cwd: folder },
    );
    const loop = videoOnly ? { ...LOOP, audio: { ...LOOP.audio, count: 0 } } : LOOP;
    return readSlate(await readFile(file), loop);
  } catch (error) {
    throw new Error(`Cannot render the slate with ffmpeg: ${error instanceof Error ? error.message : error}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
