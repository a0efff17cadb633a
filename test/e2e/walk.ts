/**
 * Types the commands of a document's console blocks, as a newcomer would, and compares what they print with what the document says.
 *
 * By command, to write real output into the documents: node test/e2e/walk.ts --write
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, Stack } from './stack.ts';

export const WALKED = join(ROOT, 'docs/guide/operator.md');

export interface Step {
  command: string;
  /** What the document says it prints. */
  said: string[];
  printed: string[];
}

/** Console blocks as text between fences. */
const BLOCK = /^```console\n([\s\S]*?)^```$/gm;

/** The commands of a block, each with the lines below it. */
function commandsOf(block: string): { command: string; said: string[] }[] {
  const steps: { command: string; said: string[] }[] = [];
  for (const line of block.trimEnd().split('\n'))
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), said: [] });
    else steps.at(-1)?.said.push(line);
  return steps;
}

/** Runs one command in a shell, its output and its errors together as a terminal shows them. */
const type = (command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string[]> =>
  new Promise((resolve) => {
    execFile('bash', ['-c', `{ ${command}\n} 2>&1`], { cwd, env, timeout: 120_000 }, (_, out) =>
      resolve(
        out
          .trimEnd()
          .split('\n')
          .map((line) => line.trimEnd()),
      ),
    );
  });

/** Walks through a document on a fresh stack. @returns each step, and the document with what was really printed */
export async function walk(document: string): Promise<{ steps: Step[]; rewritten: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'));
  const stack = await new Stack({ timeScale: 60, seed: 'walk' }).start();
  const bin = join(folder, 'stream-control');
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist/cli/main.js')}" "$@"\n`);
  chmodSync(bin, 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}`, STREAM_CONTROL_URL: stack.url };
  const steps: Step[] = [];
  try {
    const text = readFileSync(document, 'utf8');
    const blocks = new Map<string, string>();
    for (const [whole, body = ''] of text.matchAll(BLOCK)) {
      const lines: string[] = [];
      for (const { command, said } of commandsOf(body)) {
        const printed = (await type(command, folder, env)).map((line) =>
          line.replaceAll(stack.url, 'http://127.0.0.1:7071'),
        );
        const shown = printed.filter((line, index) => line !== '' || index < printed.length - 1);
        steps.push({ command, said, printed: shown });
        lines.push(`$ ${command}`, ...shown);
      }
      blocks.set(whole, `\`\`\`console\n${lines.join('\n')}\n\`\`\``);
    }
    return { steps, rewritten: text.replace(BLOCK, (whole) => blocks.get(whole) ?? whole) };
  } finally {
    await stack.dispose();
    rmSync(folder, { recursive: true });
  }
}

/** What differs from run to run, from left to right: times, durations, ids, addresses, secrets, levels, money. */
const VARYING: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/\b\d\d:\d\d:\d\d\b/g, 'CLOCK'],
  [/under 1 s|\b\d+(\.\d+)? (s|min|h|d|ms)\b( \d+ (s|min|h)\b)?/g, 'DURATION'],
  [/-k-[0-9a-f]{10}/g, '-k-ID'],
  [/\b[0-9a-f]{64}\b/g, 'HASH'],
  [/streaming-([a-z0-9-]+)-\d{10}/g, 'streaming-$1-EPOCH'],
  [/\b\d{1,3}(\.\d{1,3}){3}(?=[:\s]|$)/g, 'ADDRESS'],
  [/passphrase=[\w%-]+/g, 'passphrase=SECRET'],
  [/(streamadmin +)\S+/g, '$1SECRET'],
  [/\b\d+\.\d Mbit\/s/g, 'BITRATE'],
  [/-\d+ dB\b/g, 'LEVEL'],
  [/\b\d+\.\d{4}\b|USD \d+\.\d\d\b/g, 'AMOUNT'],
  [/^(pass +node +)\S+/g, '$1VERSION'],
  [/ +/g, ' '],
];

/** A line without what differs from run to run. */
export const normal = (line: string): string =>
  VARYING.reduce((text, [pattern, name]) => text.replace(pattern, name), line).trimEnd();

/** Progress depends on when a look falls: of these lines only the names count, and their order not at all. */
const PROGRESS = /^\+ (?:[\d.]+ (?:s|min|h) +)+([a-z0-9-]+) /;
/** What takes a second may be over before the first look. */
const QUICK = /^(?:secrets|resource-group|vnet|expires-tag|(?:nsg|pip|nic)-.*)$/;
export const progressNames = (lines: string[]): string[] =>
  [...new Set(lines.flatMap((line) => PROGRESS.exec(line)?.[1] ?? []))].filter((name) => !QUICK.test(name)).sort();
export const resultLines = (lines: string[]): string[] => lines.filter((line) => !PROGRESS.test(line)).map(normal);

if (import.meta.main) {
  const { steps, rewritten } = await walk(WALKED);
  if (process.argv.includes('--write')) writeFileSync(WALKED, rewritten);
  else console.log(rewritten);
  console.error(`${steps.length} commands`);
}
