/**
 * In which order a journal may tell things. What runs at once is told as it comes; causes come before what they cause, and an
 * event's states have one order.
 */

interface Rule {
  /** With the thing in question as its first group. */
  effect: RegExp;
  cause: (thing: string) => string;
}

const RULES: readonly Rule[] = [
  { effect: /^healthy ([\w-]+)/, cause: (component) => `unhealthy ${component}` },
  { effect: /^state degraded: ([\w-]+)/, cause: (component) => `unhealthy ${component}` },
  { effect: /^remedy ([\w-]+)/, cause: (component) => `unhealthy ${component}` },
  { effect: /^removed (\S+)/, cause: (group) => `removal deleting ${group}` },
  { effect: /^operation-\w+ ([\w-]+)/, cause: (command) => `command ${command}` },
];

/** Lines without a cause before them. */
export function causeless(journal: readonly string[]): string[] {
  return journal.filter((line, index) =>
    RULES.some(({ effect, cause }) => {
      const [, thing] = effect.exec(line) ?? [];
      return thing !== undefined && !journal.slice(0, index).some((earlier) => earlier.startsWith(cause(thing)));
    }),
  );
}

/** What was seen of health, which depends on when one looked; its rules are above. */
const SEEN = /^(un)?healthy /;
const STATE = /^state ([\w-]+)/;

/** Whether a component was missed for a moment depends on the machine's load: it is no other course of things unless it is remedied. */
function withoutDips(states: readonly string[]): string[] {
  const steady = states.map((state, at) => (state === 'degraded' && states[at + 1] !== 'remediating' ? 'live' : state));
  return steady.filter((state, at) => state !== steady[at - 1]);
}

export interface Course {
  states: string[];
  /** All else, in no order. */
  lines: string[];
  requests: string[];
}

/** What two tellings of one story must agree on: the states in their order, all else in none. */
export const courseOf = (journal: readonly string[], requests: string[]): Course => ({
  states: withoutDips(journal.flatMap((line) => STATE.exec(line)?.[1] ?? [])),
  lines: journal.filter((line) => !SEEN.test(line) && !STATE.test(line)).sort(),
  requests,
});

/**
 * The course of things without what became of components that were missed. On a starved machine mixers that are well are not
 * heard for so long that they are restarted.
 */
export const withoutRemedies = ({ states, lines, requests }: Course): Course => ({
  states: withoutDips(states.map((state) => (state === 'remediating' ? 'degraded' : state))),
  lines: lines.filter((line) => !line.startsWith('remedy')),
  requests: requests.filter((line) => !/\/(restart|redeploy)\b/.test(line)),
});
