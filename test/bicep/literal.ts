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

const EXTENDS = /\/providers\/([^/]+\/[^/]+)\/([^/]+)\/providers\//i;
/** Versions by which what is extended is referred to. */
const EXTENDED: Readonly<Record<string, string>> = { 'Microsoft.ContainerInstance/containerGroups': '2023-05-01' };

/** A request's body as a bicep resource. */
export function resourceOf(
  { type, path, apiVersion, body }: { type: string; path: string; apiVersion: string; body: unknown },
  index: number,
): string {
  const [, tail = ''] = /^.*(?:\/providers\/[^/]+\/|\/resourcegroups\/)(.+)$/i.exec(path) ?? [];
  const parts = tail.split('/');
  // A group's own path is its name; others alternate between type and name.
  const name = /\/providers\//i.test(path) ? parts.filter((_, at) => at % 2 === 1).join('/') : tail;
  const [, base = '', of = ''] = EXTENDS.exec(path) ?? [];
  // What extends a resource stands on it, here on one of another name: that one is in the same file.
  const on =
    of && `resource e${index} '${base}@${EXTENDED[base] ?? ''}' existing = {\nname: ${text(`${of}-${index}`)}\n}\n`;
  const whole = literal({ name: decodeURIComponent(name), ...(body as object) });
  return `${on}resource r${index} '${type}@${apiVersion}' = ${on ? whole.replace('{', `{\nscope: e${index}`) : whole}`;
}
