/** Lines of containers in a workspace: of groups with a diagnostic setting that names it, and what was kept of those that are gone. */
import { linesOf } from '../container-instance/actions.ts';
import { keyOf, ownerId } from '../core/ids.ts';
import { children, type JsonObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';

const SETTING = 'Microsoft.Insights/diagnosticSettings';
const CATEGORY = 'ContainerInstanceLog';
/** Lines kept of what is gone; real workspaces keep them for days. */
const MOST = 5000;

export type Row = {
  /** ARM id of the group, in lower case as Azure writes `_ResourceId`. */
  resource: string;
  container: string;
  /** ms since the epoch */
  at: number;
  message: string;
};

const sends = (setting: Resource): boolean =>
  children(setting.properties, 'logs').some((one) => text(one, 'category') === CATEGORY && one.enabled === true);

/** From when the setting stands. */
function rowsOf(sim: Sim<'time' | 'resources' | 'operations'>, setting: Resource): Row[] {
  const group = sim.resources.get(ownerId(setting.id) ?? '');
  if (!group || !sends(setting)) return [];
  return children(group.properties, 'containers').flatMap((container: JsonObject) =>
    linesOf(sim, group, container, { tail: undefined, timestamps: true })
      .split('\n')
      .filter(Boolean)
      .map((line): Row => {
        const blank = line.indexOf(' ');
        return {
          resource: keyOf(group.id),
          container: text(container, 'name') ?? '',
          at: Date.parse(line.slice(0, blank)),
          message: line.slice(blank + 1),
        };
      })
      .filter(({ at }) => at >= setting.createdAt),
  );
}

const workspaceOf = (sim: Sim<'resources'>, setting: Resource): Resource | undefined =>
  sim.resources.get(String(setting.properties.workspaceId ?? ''));

const keptIn = (workspace: Resource): Row[] => (workspace.hidden.lines as Row[] | undefined) ?? [];

/** A setting ends: what came by it stays. */
export function keep(sim: Sim<'time' | 'resources' | 'operations'>, setting: Resource): void {
  const workspace = workspaceOf(sim, setting);
  if (!workspace) return;
  workspace.hidden.lines = [...keptIn(workspace), ...rowsOf(sim, setting)].slice(-MOST);
  sim.resources.save(workspace);
}

/** Oldest first. */
export const linesIn = (sim: Sim<'time' | 'resources' | 'operations'>, workspace: Resource): Row[] =>
  [
    ...keptIn(workspace),
    ...sim.resources
      .ofType(SETTING)
      .filter((setting) => workspaceOf(sim, setting)?.id === workspace.id)
      .flatMap((setting) => rowsOf(sim, setting)),
  ].sort((one, other) => one.at - other.at);
