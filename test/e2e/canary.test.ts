import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stack } from './stack.ts';

/** Has characters that percent-encoding changes, and a length that base64 pads. */
const CANARY = 'cnry/7f3a+9d21=&e8b4';
const FORMS = [
  ['plain', CANARY],
  ['base64', Buffer.from(CANARY).toString('base64').replace(/=+$/, '')],
  ['base64url', Buffer.from(CANARY).toString('base64url')],
  ['percent-encoded', encodeURIComponent(CANARY)],
  ['JSON in JSON', JSON.stringify(JSON.stringify(CANARY)).slice(3, -3)],
] as const;

let stack: Stack;
beforeAll(async () => {
  stack = await new Stack().start();
});
afterAll(() => stack.dispose());

/** Every file of the data folder but the vault's own, as bytes; SQLite's write-ahead log included. */
const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const inFile = (path: string, text: string) => readFileSync(path).includes(text);

describe('a stream key', () => {
  it('is in the vault and nowhere else: no history, log, tag, request or process list', async () => {
    const deploy = await stack.cli(
      'deploy congress --languages original,french --youtube-keys -',
      // Two languages never have one key.
      `original=${CANARY}\nfrench=${CANARY}2\n`,
    );
    expect(deploy.code).toBe(0);
    const views = await Promise.all(
      [
        'status congress -o json',
        'journal congress -o json',
        'instances -o json',
        'instances event-congress --history -o json',
        'logs congress',
        'credentials congress -o json',
      ].map((line) => stack.cli(line)),
    );
    const requests = JSON.stringify(await stack.sim('GET', '/_sim/requests'));
    const resources = JSON.stringify(await stack.resources());
    const processes = execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' });
    const places: [string, string][] = [
      ['deploy', deploy.out + deploy.err],
      ...views.map(({ code, out, err }, index): [string, string] => [
        `view ${index}`,
        code === 0 ? out + err : `failed: ${err}`,
      ]),
      ['requests', requests],
      ['resources', resources],
      ['log', stack.log],
      ['processes', processes],
    ];
    expect(views.map(({ code }) => code)).toEqual(views.map(() => 0));
    const holders = files(stack.data).filter((path) => FORMS.some(([, form]) => inFile(path, form)));
    expect(places.filter(([, text]) => FORMS.some(([, form]) => text.includes(form))).map(([name]) => name)).toEqual(
      [],
    );
    expect(holders.map((path) => relative(stack.data, path)).filter((path) => !/vault/i.test(path))).toEqual([]);
    // The look itself works: the vault does hold the key.
    expect(holders.length).toBeGreaterThan(0);
  });
});
