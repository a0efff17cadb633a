import { describe, expect, it } from 'vitest';
import { REDUCER_VERSION } from '../../domain/lifecycle/machine.ts';
import { ORCHESTRATION } from '../../domain/seam/functions.ts';
import { digest, recordings } from './recorded.ts';
import { runOrchestrator } from './stage.ts';

/** An event that was started before an upgrade replays its history on the new code: it must ask for the very same things. */
describe('recorded histories', () => {
  it.each(recordings())('$name is replayed to the same actions and status', async ({ recording }) => {
    const result = digest(await runOrchestrator(ORCHESTRATION.lifecycle, JSON.stringify(recording.trigger)));
    expect(result.actions).toEqual(recording.actions);
    expect(result.statusHash).toBe(recording.statusHash);
  });

  it('exist for the version that new events get', () => {
    expect(recordings().some(({ name }) => name.startsWith(`v${REDUCER_VERSION}-`))).toBe(true);
  });

  it('would show a change of what the reducer asks for', async () => {
    const [first] = recordings();
    const trigger = JSON.parse(JSON.stringify(first?.recording.trigger)) as {
      history: { EventType: number; Input?: string }[];
    };
    const event = trigger.history.find(({ EventType, Input }) => EventType === 15 && Input?.includes('"done"'));
    if (event?.Input) event.Input = event.Input.replace('"done"', '"failed"');
    const result = digest(await runOrchestrator(ORCHESTRATION.lifecycle, JSON.stringify(trigger)));
    expect(result.actions).not.toEqual(first?.recording.actions);
  });
});
