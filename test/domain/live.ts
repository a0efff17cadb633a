/** A live event in the small world, and what tests do to it. */

import { expect } from 'vitest';
import { other } from '../../contract/problems.ts';
import type { Command } from '../../domain/seam/command.ts';
import type { Complaint } from '../../domain/seam/complaint.ts';
import { inputOf } from './fixtures.ts';
import { World, type WorldOptions } from './world.ts';

let suffix = 0;
/** Sends a command and runs until its outcome is known. */
export function done(world: World, command: Command) {
  const id = world.command(command, (++suffix).toString(16).padStart(16, '0'));
  expect(world.run((w) => w.operations.has(id))).toBe(true);
  return world.operations.get(id);
}
export const change = (add: string[], remove: string[] = []): Command => ({
  command: 'languages',
  add,
  remove,
  keysGiven: false,
});
export const activeLanguages = (world: World) => world.state.plan.layout.members.flatMap(({ each }) => each ?? []);
export const live = (options: WorldOptions = {}, body: Record<string, unknown> = {}): World => {
  const world = new World(inputOf(body), options);
  world.untilState('live');
  return world;
};
/** What a component complains of now. @param at when it says so, ms since the epoch */
export const complains = (world: World, component: string, problems: Complaint[], at = world.now): void =>
  world.send({
    type: 'health',
    component,
    healthy: problems.length === 0,
    problems,
    at: new Date(at).toISOString(),
  });
export const sick = (world: World, component: string): void => complains(world, component, [other('silent')]);
/** @param inMs when it says so, from now */
export const well = (world: World, component: string, inMs = 0): void =>
  complains(world, component, [], world.now + inMs);
