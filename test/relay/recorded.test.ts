/** Streams as real encoders write them, through the switcher and through a real decoder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { renderSlate } from '../../relay/render.ts';
import { Switcher } from '../../relay/ts/switcher.ts';
import { look, rising } from './streams.ts';
import { missing } from './support.ts';

const reason = missing('ffmpeg', 'pango-view', 'ffprobe');
const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three seconds from ffmpeg with these options. */
function record(name: string, options: string[], inputs = ['testsrc2=s=320x180:r=25', 'sine']): Buffer {
  const file = join(folder, `${name}.ts`);
  const sources = inputs.flatMap((input) => ['-f', 'lavfi', '-i', input]);
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...sources, '-t', '3', ...options, '-f', 'mpegts', file]);
  return readFileSync(file);
}
/** Plays a recording, spread over its three seconds, from second one on, and a second of slate behind it. */
function air(switcher: Switcher, recording: Buffer): { out: Buffer; problem: string | undefined; sources: string[] } {
  const out: Buffer[] = [];
  const sources: string[] = [];
  let problem: string | undefined;
  for (let now = 0; now < 6500; now += 10) {
    const at = (ms: number) => Math.floor((Math.min(Math.max(ms - 1000, 0), 3000) / 3000) * recording.length);
    const bytes = recording.subarray(at(now), at(now + 10));
    if (bytes.length) switcher.input(Buffer.from(bytes), now);
    switcher.tick(now);
    out.push(...switcher.take());
    if (now === 3500) problem = switcher.problem(now);
    if (sources.at(-1) !== switcher.source) sources.push(switcher.source);
  }
  return { out: Buffer.concat(out), problem, sources };
}
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25'];
const AAC = ['-c:a', 'aac'];

describe.skipIf(reason)(`recorded streams${reason ? ` (${reason})` : ''}`, async () => {
  const slate = reason ? undefined : await renderSlate('Recorded');
  test.each([
    ['plain', [...X264, ...AAC]],
    [
      'B-frames and open GOPs',
      ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '20', '-x264-params', 'open-gop=1', ...AAC],
    ],
    ['other PIDs', [...X264, ...AAC, '-mpegts_start_pid', '0x31', '-mpegts_pmt_start_pid', '0x21']],
    ['44.1 kHz mono', [...X264, ...AAC, '-ar', '44100', '-ac', '1']],
    ['MP2 sound, as silence', [...X264, '-c:a', 'mp2']],
    ['no sound', [...X264, '-an']],
    ['constant bit rate with null packets', [...X264, '-b:v', '400k', ...AAC, '-muxrate', '1500k']],
    ['M2TS-like resent headers', [...X264, ...AAC, '-mpegts_flags', '+resend_headers+initial_discontinuity']],
  ])('%s goes on air and decodes', (name, options) => {
    if (!slate) return;
    const { out, sources } = air(
      new Switcher({ slate, videoOnly: false, start: 2 ** 33 - 3 * 90_000 }, 0),
      record(name, options),
    );
    expect(sources).toEqual(['slate', 'programme', 'slate']);
    const seen = look(out);
    expect(seen.continuityErrors).toEqual([]);
    for (const times of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(times)).toBe(true);
    const file = join(folder, 'out.ts');
    writeFileSync(file, out);
    const decoded = spawnSync(
      'ffmpeg',
      ['-v', 'error', '-err_detect', 'explode', '-i', file, '-map', '0', '-f', 'null', '-'],
      { encoding: 'utf8' },
    );
    // The null muxer rounds times to the frame rate and may find two alike; that is about its own output.
    const complaints = decoded.stderr.split('\n').filter((line) => line && !line.includes('null @'));
    expect(complaints).toEqual([]);
    // One table from first to last: OBS stops for good when a codec changes under it.
    expect(seen.pmts.length).toBe(1);
  });

  test.each([
    ['HEVC', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', ...AAC], /HEVC/],
    ['MPEG-2 video', ['-c:v', 'mpeg2video', ...AAC], /MPEG-2 video/],
    ['sound only', ['-vn', ...AAC], /no video/],
  ])('%s is refused with words', (name, options, words) => {
    if (!slate) return;
    const { problem, sources } = air(new Switcher({ slate, videoOnly: false }, 0), record(name, options));
    expect(sources).toEqual(['slate']);
    expect(problem).toMatch(words);
  });

  test('the title is seen: the rendered slate is not a blank picture', () => {
    if (!slate) return;
    const out = air(new Switcher({ slate, videoOnly: false }, 0), Buffer.alloc(0)).out;
    const file = join(folder, 'slate.ts');
    writeFileSync(file, out);
    const args = ['-v', 'error', '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
    const picture = execFileSync('ffmpeg', args, { maxBuffer: 1e7 });
    const bright = picture.reduce((sum, value) => sum + Number(value > 180), 0);
    expect(picture.length).toBe(1280 * 720);
    expect(bright).toBeGreaterThan(1000);
    expect(bright).toBeLessThan(100_000);
  });
});
