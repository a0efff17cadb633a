/** The processor time that the network alone takes: what no relay on this machine can go below. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SECONDS = 8;
/** Payload of an SRT packet, and its header (draft-sharabayko-srt, section 3). */
const PAYLOAD = 1316;
const HEADER = 16;

/** Percent of a core for sending `bitrate` (bits per second) to `peers` UDP sockets: datagram by datagram, and in one call per peer. */
export function floor(peers: number, bitrate: number): { single: number; segmented: number } {
  const folder = mkdtempSync(join(tmpdir(), 'floor-'));
  const program = join(folder, 'floor');
  execFileSync('cc', ['-O2', '-D_GNU_SOURCE', '-o', program, join(import.meta.dirname, 'floor.c')]);
  const run = (together: 0 | 1) => {
    const values = [peers, bitrate / 8 / PAYLOAD, PAYLOAD + HEADER, SECONDS, together].map(String);
    return Number(execFileSync(program, values, { encoding: 'utf8' }));
  };
  const measured = { single: run(0), segmented: run(1) };
  rmSync(folder, { recursive: true });
  return measured;
}
