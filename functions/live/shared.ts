/** Looks that several open pages share: within one process the same question is asked once in a while, whoever looks. */
import { ports } from '../../ports/index.ts';
import { perHost } from '../../ports/per-host.ts';

interface Kept {
  at: number;
  answer: Promise<unknown>;
}
const looks = perHost(() => new Map<string, Kept>());
/** Keys kept at most; beyond them the oldest go. */
const MOST = 500;

/** @param ms how old an answer may be */
export function shared<T>(key: string, ms: number, ask: () => Promise<T>): Promise<T> {
  const kept = looks();
  const now = ports().now();
  const known = kept.get(key);
  if (known && now - known.at < ms) return known.answer as Promise<T>;
  const answer = ask();
  kept.delete(key);
  kept.set(key, { at: now, answer });
  // What failed is asked again by the next who looks.
  answer.catch(() => kept.get(key)?.answer === answer && kept.delete(key));
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
  return answer;
}
