/** JSON as bicep writes it. */

const text = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\${').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;

/** A value as a bicep literal, over as many lines as bicep wants. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return text(value);
  // Bicep has whole numbers only; json() is how it is given others.
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : `json('${value}')`;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[\n${value.map(literal).join('\n')}\n]`;
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{\n${members.map(([name, one]) => `${text(name)}: ${literal(one)}`).join('\n')}\n}`;
}

/** A request's body as a bicep resource. */
export function resourceOf(
  { type, path, apiVersion, body }: { type: string; path: string; apiVersion: string; body: unknown },
  index: number,
): string {
  const [, tail = ''] = /^.*(?:\/providers\/[^/]+\/|\/resourcegroups\/)(.+)$/i.exec(path) ?? [];
  const parts = tail.split('/');
  // A group's own path is its name; others alternate between type and name.
  const name = /\/providers\//i.test(path) ? parts.filter((_, at) => at % 2 === 1).join('/') : tail;
  return `resource r${index} '${type}@${apiVersion}' = ${literal({ name: decodeURIComponent(name), ...(body as object) })}`;
}
