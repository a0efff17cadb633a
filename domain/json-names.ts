/**
 * A leaf: it imports nothing. The names that one object of a JSON text gives more than once. JSON.parse takes the last and says nothing; of stream keys
 * one would be lost.
 * @param text valid JSON
 */
export function namesTwice(text: string): string[] {
  const twice: string[] = [];
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && last !== undefined) {
      const names = open.at(-1);
      if (names?.has(last)) twice.push(last);
      names?.add(last);
    }
    last = token.startsWith('"') ? (JSON.parse(token) as string) : undefined;
  }
  return twice;
}
