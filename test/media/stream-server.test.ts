/** `serve --media` with the template `stream-server`: nginx on loopback, real publishers and viewers, and who is refused. Needs a build. */

import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usersFolder } from '../../local/media/folder.ts';
import { missing, missingRtmp } from '../relay/support.ts';
import { Served } from './served.ts';
import { bars, ended, start, until } from './support.ts';

const reason = missing('ffmpeg', 'pango-view', 'nginx', 'setpriv') ?? missingRtmp();

describe.skipIf(reason)(`a stream server with real media${reason ? ` (${reason})` : ''}`, () => {
  const data = mkdtempSync(join(tmpdir(), 'serve-server-'));
  const served = new Served(data);
  const tokens: Record<string, string> = {};
  let anna: ChildProcess;
  beforeAll(() => served.start());
  afterAll(() => served.stop());

  const cli = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/cli/main.js', ...args, '--url', served.url], { encoding: 'utf8' });
  const grant = (...args: string[]): string => {
    const made = cli('access', 'grant', 'studio', ...args);
    expect(made.status, made.stderr).toBe(0);
    return made.stdout.trim();
  };
  const state = async () => (await served.get('/api/status/studio')).state;
  const sessions = async () =>
    ((await served.get('/api/events/studio/access')).sessions ?? []) as { call: string; path: string; user: string }[];
  const at = (component: string): string =>
    new RegExp(`media: ${component}-studio-\\S+ \\(\\w+\\) is at (\\S+)`).exec(served.text)?.[1] ?? '';
  const publish = (name: string, where = at('ingest')) =>
    start('ffmpeg', [
      '-v',
      'error',
      '-re',
      '-stream_loop',
      '-1',
      '-i',
      bars(),
      '-c',
      'copy',
      '-f',
      'flv',
      `${where}/${name}`,
    ]);
  /** Frames of video and of sound that a viewer gets in a while. */
  function frames(url: string): number[] {
    const show = ['-count_frames', '-read_intervals', '%+3', '-show_entries', 'stream=codec_type,nb_read_frames'];
    const { stdout } = spawnSync('ffprobe', ['-v', 'quiet', ...show, '-of', 'csv=p=0', url], {
      encoding: 'utf8',
      timeout: 25_000,
    });
    return ['video', 'audio'].map((type) => Number(new RegExp(`^${type},(\\d+)`, 'm').exec(stdout)?.[1] ?? 0));
  }
  const played = (path: string, rest = '') => frames(`${at('playback-1')}/${path}${rest}`);
  const hls = (path: string, rest = '') => `${at('hls')}/${path}/index.m3u8${rest}`;

  test('a publisher with its key is seen at its path, by RTMP and by HLS', async () => {
    await served.ready();
    expect((await served.post('/api/deploy', { event: 'studio', template: 'stream-server' })).status).toBe(202);
    await until('live', async () => (await state()) === 'live', 120);
    tokens.anna = grant('anna', '--role', 'publish', '--paths', 'stage');
    tokens.eve = grant('eve', '--role', 'publish', '--paths', 'stage');
    tokens.ben = grant('ben', '--role', 'read', '--paths', 'stage');
    anna = publish(tokens.anna);
    await until('anna publishes', async () => (await sessions()).some(({ user }) => user === 'anna'), 20);
    const [pictures = 0, sounds = 0] = played('stage', `?token=${tokens.ben}`);
    expect(pictures).toBeGreaterThan(40);
    expect(sounds).toBeGreaterThan(40);
    await until('a playlist', async () => (await fetch(hls('stage', `?token=${tokens.ben}`))).ok, 30);
    expect(frames(hls('stage', `?token=${tokens.ben}`)).every((count) => count > 40)).toBe(true);
    expect(await sessions()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ call: 'publish', path: 'stage', user: 'anna', protocol: 'rtmp' }),
        expect.objectContaining({ call: 'play', path: 'stage', user: 'ben', protocol: 'hls' }),
      ]),
    );
    expect(cli('access', 'list', 'studio').stdout).toMatch(/publish +stage +anna +rtmp/);
  }, 240_000);

  test('who may not is refused, and whoever is on the path stays', async () => {
    const proof = 'a'.repeat(64);
    for (const name of [
      'c'.repeat(40),
      'stage',
      `stage?token=${tokens.ben}`,
      // Somebody else publishes there already.
      tokens.eve ?? '',
      // What a client writes must not pass for what nginx says.
      `stage?token=${tokens.eve}&addr=127.0.0.1&pageurl=${proof}&call=done`,
      `stage&call=done?token=${tokens.eve}`,
    ]) {
      const refused = publish(name);
      expect(await ended(refused), name).not.toBe(0);
    }
    const direct = publish('stage', at('playback-1'));
    expect(await ended(direct)).not.toBe(0);
    for (const rest of [
      '',
      `?token=${tokens.anna}`,
      `?token=${'c'.repeat(40)}`,
      `?token=x&app=&flashver=ngx-local-relay`,
    ])
      expect(played('stage', rest)).toEqual([0, 0]);
    for (const [rest, status] of [
      ['', 401],
      [`?token=${tokens.anna}`, 403],
      [`?token=${'c'.repeat(40)}`, 403],
    ] as const)
      expect((await fetch(hls('stage', rest))).status).toBe(status);
    for (const path of ['..%2fstage', 'stage/..', '%2e%2e'])
      expect((await fetch(`${at('hls')}/${path}/index.m3u8?token=${tokens.ben}`)).status).toBeGreaterThanOrEqual(403);
    expect((await sessions()).filter(({ call }) => call === 'publish')).toMatchObject([{ user: 'anna' }]);
  }, 180_000);

  test('the authorisation service dies: streams go on, and its users are there again', async () => {
    const running = JSON.parse(readFileSync(join(data, 'media', 'running.json'), 'utf8')) as {
      pid: number;
      program: string;
    }[];
    const pid = running.find(({ program }) => /access-studio/.test(program))?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await until('anna is known again', async () => (await sessions()).some(({ user }) => user === 'anna'), 30);
    expect(played('stage', `?token=${tokens.ben}`)[0]).toBeGreaterThan(40);
  }, 60_000);

  test('withdrawn: what runs ends within seconds, and nothing new begins', async () => {
    const mallory = grant('mallory', '--role', 'publish', '--paths', 'other');
    const running = publish(mallory);
    await until('mallory publishes', async () => (await sessions()).some(({ user }) => user === 'mallory'), 20);
    const began = performance.now();
    expect(cli('access', 'withdraw', 'studio', 'mallory').stdout).toMatch(/mallory; 1 sessions end/);
    await ended(running);
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(await ended(publish(mallory))).not.toBe(0);
    expect((await sessions()).map(({ user }) => user)).not.toContain('mallory');
    tokens.mallory = mallory;
  }, 60_000);

  test('what HLS cannot carry is refused with the reason, and RTMP carries it', async () => {
    const video = ['-f', 'lavfi', '-re', '-i', 'testsrc2=s=160x90:r=25', '-t', '20', '-c:v', 'flv', '-g', '25'];
    tokens.olga = grant('olga', '--role', 'publish', '--paths', 'old');
    tokens.root = grant('root', '--role', 'admin');
    start('ffmpeg', ['-v', 'error', ...video, '-f', 'flv', `${at('ingest')}/${tokens.olga}`]);
    const list = hls('old', `?token=${tokens.root}`);
    await until('refused', async () => (await fetch(list)).status === 415, 20);
    expect(await (await fetch(list)).json()).toMatchObject({ detail: expect.stringContaining('no video of flv1') });
    expect(played('old', `?token=${tokens.root}`)[0]).toBeGreaterThan(20);
    const health = await (await fetch(at('hls').replace(/:\d+$/, ':8080/metrics'))).text();
    expect(health).toMatch(/^stream_server_hls_refused_paths\{role="hls"\} 1$/m);
  }, 90_000);

  test('an encoder that vanishes makes room for the next', async () => {
    cli('access', 'withdraw', 'studio', 'anna');
    await ended(anna);
    const first = publish(tokens.eve ?? '');
    await until('eve publishes', async () => (await sessions()).some(({ user }) => user === 'eve'), 20);
    // Its connection stays, and nothing comes any more.
    first.kill('SIGSTOP');
    tokens.dora = grant('dora', '--role', 'publish', '--paths', 'stage');
    await until(
      'dora publishes',
      async () => {
        const next = publish(tokens.dora ?? '');
        await Promise.race([
          ended(next),
          // On a busy machine an encoder takes long to begin; another one beside it would only make it later.
          until('dora', async () => (await sessions()).some(({ user }) => user === 'dora'), 20).catch(() => {}),
        ]);
        return (await sessions()).some(({ user }) => user === 'dora');
      },
      80,
    );
  }, 120_000);

  test('no token is in any log, and a teardown leaves nothing', async () => {
    const media = join(data, 'media');
    const logs = readdirSync(media).filter((name) => name.endsWith('.log'));
    expect(logs.length).toBeGreaterThanOrEqual(4);
    const said = `${served.text}${logs.map((name) => readFileSync(join(media, name), 'utf8')).join('')}`;
    for (const token of Object.values(tokens)) expect(said).not.toContain(token);
    await served.post('/api/teardown', { event: 'studio', confirm: true });
    await until('gone', async () => (await state()) === 'gone', 90);
    await until('no users', () => readdirSync(usersFolder(media)).length === 0, 30);
    const { resources } = (await served.get('/api/events/studio/certificate')) as { resources: { name: string }[] };
    expect(resources.map(({ name }) => name.split('-studio')[0])).toEqual(
      expect.arrayContaining(['access', 'ingest', 'playback-1', 'hls']),
    );
    await until('no nginx', () => !spawnSync('pgrep', ['-af', `nginx.*${data}`], { encoding: 'utf8' }).stdout, 10);
  }, 150_000);
});
