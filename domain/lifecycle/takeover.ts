import { componentId } from '../component.ts';
import { instanceId, operationId } from '../names.ts';
import type { Replaced } from '../seam/lifecycle-input.ts';
import type { Takeover } from '../seam/past.ts';
import type { DecodedStatus } from '../status/decoded.ts';
import { onCommand } from './commands.ts';
import { timeIsUp } from './held.ts';
import { probe } from './recovery.ts';
import { beginTeardown, groupName } from './removal.ts';
import { assumeLedger, restoreLedger } from './restored-money.ts';
import { closeOperation, firstNumber, journal, openOperation, type Turn } from './turn.ts';

/** A lifecycle that stands where a broken one stood, because it heard the same, ends the event. */
export function endInPlace(turn: Turn, { teardown, how }: Takeover): void {
  const { state, input } = turn;
  if (state.end.finishing) return;
  journal(
    turn,
    'broken',
    `the previous lifecycle ended as ${how}; this one goes on where that stood, to end the event`,
  );
  const { deploymentId } = input;
  if (teardown)
    onCommand(turn, {
      type: 'command',
      deploymentId,
      operationId: operationId(deploymentId, 'teardown'),
      by: teardown.by,
      command: { command: 'teardown' },
    });
  else timeIsUp(turn);
  probe(turn);
}

/**
 * The same for one whose past cannot be heard again: it starts from the last status of the other, removes everything and writes the
 * certificate. Its instance numbers begin above any that the other could have used.
 */
export function replace(turn: Turn, { status, teardown, how }: Replaced): void {
  const { state, input } = turn;
  state.life.state = 'broken';
  state.removal.count = firstNumber(input);
  state.outbox.notifications = firstNumber(input);
  if (status) restore(turn, status);
  // Without a status, any region of the request may hold something.
  else {
    inRegions(turn, 0, input.request.regions.length);
    // It is unknown whether the group exists; it is looked at before anything is deleted.
    state.work.nodes['resource-group'] = { state: 'done', attempt: 0 };
    assumeLedger(turn);
  }
  journal(turn, 'broken', `the previous lifecycle ended as ${how}; this one removes what it made`);
  for (const operation of [...state.commands.open])
    closeOperation(turn, operation, 'failed', 'the lifecycle that had accepted it broke');
  if (teardown) {
    const id = operationId(input.deploymentId, 'teardown');
    state.commands.taken[id] = true;
    openOperation(turn, {
      operationId: id,
      name: 'teardown',
      command: { command: 'teardown' },
      by: teardown.by,
      at: turn.now,
    });
    beginTeardown(turn, `asked by ${teardown.by}`);
  } else timeIsUp(turn);
  probe(turn);
}

function restore(turn: Turn, status: DecodedStatus): void {
  const { state, input } = turn;
  const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  const { members, createdAt = state.plan.layout.createdAt, expiresAt = state.plan.layout.expiresAt } = status;
  state.life.startedAt = Date.parse(status.startedAt);
  const liveAt = time(status.liveAt);
  if (liveAt !== undefined) state.life.liveAt = liveAt;
  state.regions.index = status.regionIndex;
  state.plan.layout = { ...state.plan.layout, region: status.region, members, createdAt, expiresAt };
  inRegions(turn, status.regionIndex, status.regionIndex + 1);
  state.plan.variants = {
    ...state.plan.variants,
    ...Object.fromEntries(members.map((each) => [componentId(each), each.variant])),
  };
  if (status.error) state.end.error = status.error;
  state.journal.entries = status.journal;
  state.commands.open = status.operations
    .filter(({ command }) => command !== 'teardown')
    .map(({ operationId: id, command, at }) => ({
      operationId: id,
      name: command,
      by: input.by,
      at: Date.parse(at),
    }));
  restoreNodes(turn, status);
  restoreLedger(turn, status);
}

/** Nodes of the other lifecycle may still run: the removal waits for them. */
function restoreNodes({ state, input }: Turn, { nodes, actions, addresses }: DecodedStatus): void {
  for (const { id, state: was, attempt, startedAt, finishedAt, failure } of nodes)
    state.work.nodes[id] = {
      state: was === 'running' ? 'stopped' : was,
      attempt,
      ...(startedAt === undefined ? {} : { startedAt: Date.parse(startedAt) }),
      ...(finishedAt === undefined ? {} : { finishedAt: Date.parse(finishedAt) }),
      ...(failure === undefined ? {} : { failure }),
    };
  state.plan.layout = { ...state.plan.layout, addresses };
  for (const { id, attempt } of [...nodes.filter((node) => node.state === 'running'), ...actions])
    state.work.passed[instanceId.node(input.deploymentId, id, attempt)] = true;
}

/** Groups that may exist: one for each region up to `end`; the present one is that of `current`. */
function inRegions(turn: Turn, current: number, end: number): void {
  const { state } = turn;
  const groups = Array.from({ length: end }, (_, index) => groupName(turn, index));
  const resourceGroup = groups[current] ?? state.plan.layout.resourceGroup;
  state.regions.groups = groups;
  state.plan.layout = { ...state.plan.layout, resourceGroup };
  state.regions.abandoned = groups.filter((group) => group !== resourceGroup);
}
