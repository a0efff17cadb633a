import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** Bytes of a TCP connection that the kernel has taken and the far end has not acknowledged (proc(5), /proc/net/tcp); 0 where it cannot be known. */
export async function unacknowledged({ localPort, remotePort, remoteFamily }: Socket): Promise<number> {
  if (localPort === undefined || remotePort === undefined) return 0;
  try {
    const table = await readFile(`/proc/net/${remoteFamily === 'IPv6' ? 'tcp6' : 'tcp'}`, 'utf8');
    const [local, remote] = [localPort, remotePort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
    const found = new RegExp(`:${local} [0-9A-F]+:${remote} [0-9A-F]{2} ([0-9A-F]{8}):`).exec(table);
    return found ? Number.parseInt(found[1] ?? '0', 16) : 0;
  } catch {
    return 0;
  }
}
