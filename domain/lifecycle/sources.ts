import type { Turn } from './turn.ts';

/** What a mixer says that gets no picture although its own program is well (mixer/agent/status.ts). */
const SILENT = /^the (programme|slides) source is silent$/;

/** Whether all that ails a mixer is a source whose sender is itself unwell: restarting the mixer would only make it worse. */
export function waitsForSender(turn: Turn, component: string): boolean {
  const { health } = turn.state;
  const reasons = component.startsWith('mixer-') ? (health[component]?.reasons ?? []) : [];
  return (
    reasons.length > 0 &&
    reasons.every((reason) => {
      const source = SILENT.exec(reason)?.[1];
      return source !== undefined && health[source === 'programme' ? 'relay' : 'slides']?.healthy === false;
    })
  );
}
