import { type Ports, ports } from './index.ts';

/**
 * What this process keeps while it serves one host: on Azure it never serves another, on one's own machine hosts may follow one
 * another in it, each with its own settings and clock.
 * @param make the first of it, once per host
 */
export function perHost<T>(make: () => T): () => T {
  const made = new WeakMap<Ports, { value: T }>();
  return () => {
    const host = ports();
    let kept = made.get(host);
    if (!kept) {
      kept = { value: make() };
      made.set(host, kept);
    }
    return kept.value;
  };
}
