/** Ports that Azure keeps for itself on container instances (Microsoft Learn, "Azure Container Instances FAQ"). */
const reserved = (n: number): boolean =>
  [22, 9999, 19_000, 19_080, 19_100, 19_390].includes(n) ||
  (n >= 1025 && n <= 1027) ||
  (n >= 3389 && n <= 3399) ||
  (n >= 20_000 && n <= 30_000) ||
  (n >= 49_152 && n <= 65_534);

export interface Port {
  port: number;
  protocol: 'UDP' | 'TCP';
}

const PORT = /^([1-9]\d{0,4})\/(udp|tcp)$/;

/** Reads `9998/udp`; or why Azure would not take it. */
export function readPort(text: string): Port | string {
  const [, number, protocol] = PORT.exec(text) ?? [];
  const port = Number(number);
  if (number === undefined || port > 65_535) return 'must be a port with its protocol, such as 9998/udp';
  if (reserved(port)) return 'is a port that Azure Container Instances reserves';
  return { port, protocol: protocol === 'udp' ? 'UDP' : 'TCP' };
}

/** A group exposes at most so many. */
export const MOST_PORTS = 5;
