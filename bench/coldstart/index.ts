/**
 * What a cold start costs: the packaged app against the unbundled one, side by side in one run. Size is of what is deployed; of
 * the unbundled app that is host.json, package.json, dist and the packages that `npm ci --omit=dev --omit=optional` leaves.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { appFolder } from '../../scripts/package/app.ts';
import { ROOMS } from '../../scripts/package/rules.ts';
import { zipped } from '../../scripts/package/zip.ts';
import type { Row } from '../main.ts';
import type { Load } from './load.ts';
import { loadOnce } from './loading.ts';

const ROOT = join(import.meta.dirname, '../..');
const RUNS = Number(process.env.BENCH_RUNS ?? 9);
/** Of what the issue asks: at most a fifth. */
const GOAL = 0.2;

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The app as it was deployed before there was a bundle. */
function unbundled(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  const kept = Object.entries(packages).filter(([path, one]) => path && !one.dev && !one.optional && !one.devOptional);
  const inside = new Set(kept.map(([path]) => path));
  const own = (folder: string) =>
    filesUnder(folder).filter((file) => inside.has(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''));
  return [
    'host.json',
    'package.json',
    ...[...ROOMS, 'templates'].flatMap((room) =>
      statSync(join(ROOT, 'dist', room), { throwIfNoEntry: false }) ? filesUnder(`dist/${room}`) : [],
    ),
    ...[...new Set(kept.map(([path]) => path))]
      .filter((path) => !/node_modules\/.*node_modules\//.test(path))
      .flatMap(own),
  ];
}

const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export async function run(): Promise<Row[]> {
  const bundled = await appFolder();
  const before = new Map(unbundled().map((path) => [path, readFileSync(join(ROOT, path))]));
  const folder = mkdtempSync(join(tmpdir(), 'coldstart-'));
  try {
    for (const [path, content] of bundled) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    // The first of each warms the disk's cache; from there they take turns.
    loadOnce(folder);
    loadOnce(ROOT);
    const loads: Record<'bundled' | 'unbundled', Load[]> = { bundled: [], unbundled: [] };
    for (let n = 0; n < RUNS; n++) {
      loads.unbundled.push(loadOnce(ROOT));
      loads.bundled.push(loadOnce(folder));
    }
    const bytes = (files: Map<string, Uint8Array>) => [...files.values()].reduce((sum, { length }) => sum + length, 0);
    const figure = (what: string, one: number, other: number): Row => ({
      what,
      unbundled: Math.round(other),
      bundled: Math.round(one),
      ratio: Number((one / other).toFixed(3)),
      goal: GOAL,
    });
    const of = (until: 'start' | 'azure', key: 'wall' | 'cpu') =>
      [
        middle(loads.bundled.map((load) => load[until][key])),
        middle(loads.unbundled.map((load) => load[until][key])),
      ] as const;
    return [
      figure('functions registered, ms of wall clock (median)', ...of('start', 'wall')),
      figure('functions registered, ms of processor (median)', ...of('start', 'cpu')),
      figure('Azure SDKs as well, ms of wall clock (median)', ...of('azure', 'wall')),
      figure('Azure SDKs as well, ms of processor (median)', ...of('azure', 'cpu')),
      figure('files', bundled.size, before.size),
      figure('size unpacked, KB', bytes(bundled) / 1024, bytes(before) / 1024),
      figure('size of the zip, KB', zipped(bundled).length / 1024, zipped(before).length / 1024),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
