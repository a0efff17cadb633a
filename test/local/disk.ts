/** A disk that is really full: a file system of a few megabytes in memory, filled to the last byte, and emptied again. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEGABYTE = Buffer.alloc(1_048_576, 1);

export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'disk-'));
  /** @returns false where that may not be done: only root may, and not in every container */
  mount(): boolean {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', this.folder], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
  unmount(): void {
    execFileSync('umount', ['-l', this.folder]);
  }
  /** Takes what is left: pieces that do not fit are halved until not a byte does. */
  fill(): void {
    const file = openSync(join(this.folder, 'filler'), 'w');
    for (let size = MEGABYTE.length; size >= 1; ) {
      try {
        if (writeSync(file, MEGABYTE, 0, size) < size) size = Math.floor(size / 2);
      } catch {
        size = Math.floor(size / 2);
      }
    }
    closeSync(file);
  }
  makeRoom(): void {
    rmSync(join(this.folder, 'filler'));
  }
}

/** Whether this machine lets a test have one. */
export function smallDisks(): boolean {
  const disk = new SmallDisk();
  const can = disk.mount();
  if (can) disk.unmount();
  rmSync(disk.folder, { recursive: true });
  return can;
}
