/** Programs of a stream server alone: what goes on while others of them are away. */

import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listed, Question } from '../../contract/access.ts';
import { SEALED_ROUTE, type Sealed, seal, unseal } from '../../contract/sealed.ts';
import { missing, missingRtmp } from '../relay/support.ts';
import { bars, end, endAll, ended, start, until } from './support.ts';

const reason = missing('ffmpeg', 'nginx', 'setpriv') ?? missingRtmp();
const ACCESS_SECRET = 'secret-of-the-deployment';
const TOKENS = { anna: 'a'.repeat(40), eve: 'e'.repeat(40) };
/** A loopback network of this test's own. */
const net = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 256}`;
const [ACCESS, INGEST] = [`${net}.1`, `${net}.2`];

describe.skipIf(reason)(`programs of a stream server${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'stream-server-parts-'));
  let access: ChildProcess;
  let ingest: ChildProcess;
  const program = (ROLE: string, BIND: string, more: Record<string, string>) =>
    start(process.execPath, ['server/main.ts'], {
      env: { ...process.env, ROLE, BIND, ACCESS_SECRET, HEALTH_PORT: '8080', ...more },
    });
  const startAccess = () => program('access', ACCESS, { DEPLOYMENT: 'd', ACCESS_FOLDER: join(folder, 'users') });
  const ask = async (question: Question): Promise<unknown> => {
    const sealed = await seal(ACCESS_SECRET, question, Date.now());
    const answer = await fetch(`http://${ACCESS}:8080${SEALED_ROUTE}`, {
      method: 'POST',
      body: JSON.stringify(sealed),
    });
    return unseal(ACCESS_SECRET, (await answer.json()) as Sealed, Date.now(), sealed);
  };
  const publishers = async () => {
    const { sessions } = (await ask({ do: 'list' })) as Listed;
    return sessions.filter(({ call }) => call === 'publish').map(({ user }) => user);
  };
  const publish = (name: string) => {
    const copy = ['-re', '-stream_loop', '-1', '-i', bars(), '-c', 'copy', '-f', 'flv'];
    return start('ffmpeg', ['-v', 'error', ...copy, `rtmp://${INGEST}:1935/live/${name}`]);
  };
  const health = async () =>
    (await (await fetch(`http://${INGEST}:8080/health`)).json()) as {
      status: string;
      publishing: number;
      restarts: number;
    };
  const up = (what: string, look: () => Promise<unknown>) =>
    until(
      what,
      () =>
        look().then(
          () => true,
          () => false,
        ),
      20,
    );

  beforeAll(async () => {
    access = startAccess();
    ingest = program('ingest', INGEST, { ACCESS_HOST: ACCESS, WORK_DIR: join(folder, 'ingest') });
    await up('access', publishers);
    await until(
      'ingest',
      () =>
        health().then(
          ({ status }) => status === 'ok',
          () => false,
        ),
      20,
    );
    for (const [name, token] of Object.entries(TOKENS))
      await ask({ do: 'grant', grant: { name, role: 'publish', paths: [name] }, token });
  });
  afterAll(async () => {
    if (ingest) await end(ingest);
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  test('while the authorisation service is away what runs goes on, and nothing new begins', async () => {
    const running = publish(TOKENS.anna);
    await until('anna publishes', async () => (await publishers()).includes('anna'), 20);
    await end(access, 'SIGKILL');
    // Two in turn: more time than the two seconds after which the one that runs is asked about again.
    for (let i = 0; i < 3; i++) expect(await ended(publish(TOKENS.eve))).not.toBe(0);
    expect([running.exitCode, running.signalCode]).toEqual([null, null]);
    expect(await health()).toMatchObject({ status: 'ok', publishing: 1 });
    access = startAccess();
    await up('access again', publishers);
    await until('anna is known again', async () => (await publishers()).includes('anna'), 20);
    expect(running.exitCode).toBeNull();
    await end(running, 'SIGKILL');
    await until('nobody publishes', async () => (await publishers()).length === 0, 20);
  }, 90_000);

  test('nginx dies: it is started again, the health counts it, and publishers come back', async () => {
    const first = publish(TOKENS.anna);
    await until('anna publishes', async () => (await publishers()).includes('anna'), 20);
    const [pid = ''] = execFileSync('pgrep', ['-P', `${ingest.pid}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
    process.kill(Number(pid), 'SIGTERM');
    expect(await ended(first)).not.toBe(0);
    // Its path is free at once: nobody waits for the connection that ended with nginx.
    await until('nobody publishes', async () => (await publishers()).length === 0, 5);
    await until(
      'nginx again',
      () =>
        health().then(
          ({ status, restarts }) => status === 'ok' && restarts === 1,
          () => false,
        ),
      20,
    );
    const next = publish(TOKENS.anna);
    await until('anna publishes again', async () => (await health()).publishing === 1, 20);
    expect(next.exitCode).toBeNull();
    expect(await publishers()).toEqual(['anna']);
  }, 90_000);

  test('it is killed without a word: nginx ends with it', async () => {
    const [pid = ''] = execFileSync('pgrep', ['-P', `${ingest.pid}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
    await end(ingest, 'SIGKILL');
    await until('no nginx', async () => !existsSync(`/proc/${pid}`), 20);
  }, 30_000);
});
