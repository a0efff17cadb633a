/** Files that were cut off, emptied, overwritten or edited wrongly: each is named with what to do, none reads as nothing. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { readTemplates } from '../../functions/catalogue.ts';
import { tlsIdentity } from '../../local/azure/login/certificate.ts';
import { createSimulator } from '../../local/azure/simulator.ts';
import { VirtualClock } from '../../local/clock.ts';
import { createSqliteStore } from '../../local/durable/engine.ts';
import { createHost } from '../../local/host/host.ts';
import { readLocalSettings } from '../../local/host/settings.ts';
import { clearMedia, lastMark } from '../../local/media/folder.ts';
import { serveOptions } from '../../local/serve/options.ts';
import { recall, remember } from '../../local/serve/remembered.ts';
import { call, S } from './azure/support.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'damaged-'));
/** One line, with the path and more than it. */
async function named(file: string, open: () => unknown): Promise<void> {
  const told = await Promise.resolve()
    .then(open)
    .then(
      () => 'it was read',
      (error: Error) => error.message,
    );
  expect(told).toContain(file);
  expect(told.split('\n')).toHaveLength(1);
  expect(told).toMatch(/\b(?:[Dd]elete|[Rr]estore|[Mm]ove|[Cc]orrect|[Ee]nd what)/);
}
const GARBAGE = 'not what it was \u0000\u0001'.repeat(400);
const writeTo = (file: string, text: string) => writeFileSync(file, text);
const cut = (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 700));

describe('local.settings.json', () => {
  test.each([
    '{ "Values": { "ALERT_SECRET": s3cr3t-of-ours } }',
    's3cr3t-of-ours',
    '{ "Values": {\n "ALERT_SECRET": "s3cr3t-of-ours" oops } }',
    '{ "Values": { "s3cr3t-of-ours": "x" s3cr3t-of-ours',
  ])('quotes nothing of what may be a secret: %j', async (text) => {
    const dir = folder();
    writeFileSync(join(dir, 'local.settings.json'), text);
    const told = await Promise.resolve()
      .then(() => readLocalSettings(dir))
      .catch((error: Error) => error.message);
    expect(told).toContain(join(dir, 'local.settings.json'));
    expect(told).not.toMatch(/s3c|cr3t|ours/);
  });
  const read = (bytes: string | Buffer) => {
    const dir = folder();
    writeFileSync(join(dir, 'local.settings.json'), bytes);
    return { dir, open: () => readLocalSettings(dir) };
  };
  const text = `{
    // the address: "not, a, comma,"
    "IsEncrypted": false, /* and "this" */
    "Values": { "URL": "https://x/*y*/", "N": 5, "B": true, "LIST": "a,]", "QUOTE": "\\"//,}", },
    "Host": { "Keys": { "master": "m", }, "LocalHttpPort": 7073, },
  }`;
  const values = { URL: 'https://x/*y*/', N: '5', B: 'true', LIST: 'a,]', QUOTE: '"//,}' };
  test.each([
    ['comments and trailing commas', text],
    ['a byte order mark', `\ufeff${text}`],
    ['Windows line ends', text.replaceAll('\n', '\r\n')],
    ['UTF-16, as a shell of Windows writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('is read with %s', (_what, bytes) => {
    expect(read(bytes).open()).toMatchObject({ values, host: { LocalHttpPort: 7073 } });
  });
  test.each(
    [
      ['', '{', '[]', 'null', '"x"', '{"Values": []}', '{"Values": "x"}', '{"Values": {"A": {"b": 1}}}', '{"Host": 5}'],
      ['{"Values": {,}}', '{/* no end', '{"Values": {"A": "b" "C": "d"}}', '{"IsEncrypted": "no"}'],
    ].flat(),
  )('%j is named', async (bytes) => {
    const { dir, open } = read(bytes);
    await named(join(dir, 'local.settings.json'), open);
  });
  test('bytes that are no text', async () => {
    const { dir, open } = read(Buffer.from([0x7b, 0xff, 0xc0, 0x7d]));
    await named(join(dir, 'local.settings.json'), open);
  });
});

describe('what an earlier start left', () => {
  test.each(['', '{', '[]', 'null', '{"alertSecret": 5}', '{"port": "x"}', '{"alertSecret": ""}', GARBAGE])(
    'serve.json: %j',
    async (text) => {
      const dir = folder();
      remember(dir, recall(dir));
      writeTo(join(dir, 'serve.json'), text);
      await named(join(dir, 'serve.json'), () => recall(dir));
    },
  );
  const host = (dataDir: string) =>
    createHost({
      appDir: join(import.meta.dirname, 'host/apps/timers'),
      dataDir,
      clock: new VirtualClock(Date.UTC(2026, 10, 21)),
      settings: { EVERY: '04:00:00' },
      log: () => {},
      engine: () => {
        throw new Error('this app has no durable functions');
      },
    });
  test.each([
    ['keys.json', ''],
    ['keys.json', 'null'],
    ['keys.json', '[]'],
    ['keys.json', '{"master": 5}'],
    ['keys.json', '{"default": ""}'],
    ['timers/Host.Functions.hourly.json', ''],
    ['timers/Host.Functions.hourly.json', '{}'],
    ['timers/Host.Functions.hourly.json', 'null'],
    ['timers/Host.Functions.hourly.json', '{"Last": "x", "Next": "yesterday", "LastUpdated": "x"}'],
  ])('%s: %j', async (name, text) => {
    const dataDir = folder();
    const first = host(dataDir);
    await first.start();
    await first.stop();
    expect(existsSync(join(dataDir, name))).toBe(true);
    writeTo(join(dataDir, name), text);
    await named(join(dataDir, name), () => host(dataDir).start());
  });
  test.each(['', '{', '5', '{}', GARBAGE])('the mark of programs of real media: %j', async (text) => {
    const media = folder();
    expect(lastMark(media)).toBeUndefined();
    writeTo(join(media, 'mark'), text);
    await named(join(media, 'mark'), () => clearMedia(media));
  });
});

describe('databases', () => {
  const foreign = (file: string) => {
    rmSync(file, { force: true });
    const db = new DatabaseSync(file);
    db.exec('create table somebody (x); insert into somebody values (1)');
    db.close();
  };
  const lost = (file: string) => {
    writeTo(`${file}-wal`, GARBAGE);
    rmSync(file);
  };
  const damages: [string, (file: string) => void][] = [
    ['emptied', (file) => writeTo(file, '')],
    ['overwritten', (file) => writeTo(file, GARBAGE)],
    ['cut off', cut],
    ['of another program', foreign],
    ['gone, but for its log', lost],
  ];
  test.each(damages)('durable.db, %s', async (_what, damage) => {
    const file = join(folder(), 'durable.db');
    const store = createSqliteStore(file);
    store.apply({ kind: 'discard', instanceId: 'x', consumed: 0 });
    store.close();
    damage(file);
    await named(file, () => createSqliteStore(file).close());
  });
  test('the lock’s file', async () => {
    const file = join(folder(), 'durable.db');
    createSqliteStore(file).close();
    writeTo(`${file}-lock`, GARBAGE);
    await named(`${file}-lock`, () => createSqliteStore(file).close());
  });
  test('a start that was killed before its tables were there is a first start still', () => {
    const file = join(folder(), 'durable.db');
    writeTo(`${file}.new`, 'half');
    createSqliteStore(file).close();
  });
  const simulator = (dataDir: string) => createSimulator({ clock: new VirtualClock(Date.UTC(2026, 10, 21)), dataDir });
  const filled = async () => {
    const dataDir = folder();
    const sim = simulator(dataDir);
    await call(sim, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
    await call(sim, 'PUT', 'https://control.vault.azure.net/secrets/s?api-version=2025-07-01', { value: 'v' });
    await sim.stop();
    return dataDir;
  };
  test.each(
    ['azure.sqlite', 'vault.sqlite'].flatMap((name) => damages.map(([what, damage]) => [name, what, damage] as const)),
  )('%s, %s', async (name, _what, damage) => {
    const dataDir = await filled();
    damage(join(dataDir, name));
    await named(join(dataDir, name), () => simulator(dataDir).stop());
  });
  test('a value in it that is no JSON', async () => {
    const dataDir = await filled();
    const db = new DatabaseSync(join(dataDir, 'azure.sqlite'));
    db.exec(`update entry set value = '{"half' where collection = 'resources'`);
    db.close();
    await named(join(dataDir, 'azure.sqlite'), () => simulator(dataDir).stop());
  });
});

test.each(['ca.pem', 'server.pem', 'server-key.pem'])('TLS: %s', async (name) => {
  const data = folder();
  const now = Date.UTC(2026, 10, 21);
  const first = await tlsIdentity(data, now);
  expect((await tlsIdentity(data, now)).cert).toBe(first.cert);
  const file = join(data, 'tls', name);
  const whole = readFileSync(file);
  const other = folder();
  await tlsIdentity(other, now);
  for (const damage of [
    () => writeTo(file, ''),
    () => writeTo(file, GARBAGE),
    () => writeFileSync(file, whole.subarray(0, 100)),
    () => rmSync(file),
  ]) {
    damage();
    await named(file, () => tlsIdentity(data, now));
    writeFileSync(file, whole);
  }
  copyFileSync(join(other, 'tls', name), file);
  // Which of two that do not belong together is the wrong one, nobody can say: one of them is named.
  await named(join(data, 'tls'), () => tlsIdentity(data, now));
  expect(readdirSync(data)).toEqual(['tls']);
});

test.each(['', '{', '{}', 'null', '[{"match": {}}]', '[{"match": {"type": "*"}, "outcome": {"kind": "fire"}}]'])(
  'a fault plan: %j',
  async (text) => {
    const file = join(folder(), 'faults.json');
    writeTo(file, text);
    await named(file, () => serveOptions(['--faults', file], {}));
  },
);

test('templates: none at all, a cut one, two of one name', async () => {
  const dir = folder();
  await named(dir, () => readTemplates([dir]));
  const source = join(import.meta.dirname, '../../templates');
  const [first = ''] = readdirSync(source).filter((name) => name.endsWith('.yaml'));
  mkdirSync(join(dir, 'two'));
  for (const name of ['a.yaml', 'b.yaml']) copyFileSync(join(source, first), join(dir, 'two', name));
  expect(() => readTemplates([join(dir, 'two')])).toThrow(/a\.yaml and .*b\.yaml have one name/);
  writeTo(join(dir, 'c.yaml'), readFileSync(join(source, first), 'utf8').slice(0, 60));
  expect(() => readTemplates([dir])).toThrow(/template .*c\.yaml/);
});
