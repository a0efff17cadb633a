import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { Plan } from '../http/types.ts';
import { facts, table } from '../output/table.ts';
import { elapsed, money, seconds } from '../output/text.ts';
import { deployRequest, REQUEST_OPTIONS } from './deploy-request.ts';
import { EVENT_POSITIONAL } from './event-argument.ts';

/** What past runs say, or that there are too few of them yet. */
function readyAfter({ readySeconds: ready, criticalPathSeconds }: Plan): string {
  if (!ready) return `about ${seconds(criticalPathSeconds)}`;
  const basis =
    ready.source === 'learned' ? `learned from ${ready.runs} runs` : 'estimated; 5 runs are needed to learn';
  return `about ${seconds(ready.p50)}, nearly always within ${seconds(ready.p95)} (${basis})`;
}

const planTable = (event: string, plan: Plan): string =>
  [
    table(
      ['RESOURCE', 'TYPE', 'EXPECTED', 'AFTER'],
      plan.nodes.map(({ id, kind, expectedSeconds, learnedSeconds = expectedSeconds, dependsOn }) => [
        id,
        kind,
        learnedSeconds === undefined ? undefined : elapsed(learnedSeconds),
        dependsOn?.join(', '),
      ]),
    ),
    '\n',
    table(
      ['CHECK', 'OUTCOME', 'DETAIL'],
      plan.checks.map(({ name, outcome, detail }) => [name, outcome, detail]),
    ),
    '\n',
    facts([
      ['event', plan.title && plan.title !== plan.event ? `${plan.event} (${plan.title})` : plan.event],
      ['region', plan.region],
      ['ready after', readyAfter(plan)],
      ['critical path', seconds(plan.criticalPathSeconds)],
      ['cost per hour', money(plan.cost.perHour, plan.cost.currency)],
      ['cost per event', money(plan.cost.perEvent, plan.cost.currency)],
      ['hash', plan.hash],
    ]),
    `\nNothing was created: 'stream-control deploy ${event} --plan-hash ${plan.hash}' with the same options deploys exactly this\n`,
  ].join('');

export const plan = defineCommand({
  name: 'plan',
  summary: 'show what a deployment would create, how long it takes and what it costs',
  detail: 'Creates nothing. Exits 5 when a check fails, as the deployment would.',
  positionals: [EVENT_POSITIONAL],
  options: REQUEST_OPTIONS,
  examples: ['stream-control plan congress --languages original,french --ttl 6h'],
  async run({ client, io, output }, parsed) {
    const request = await deployRequest('plan', parsed, io, (text) => io.err(`${text}\n`));
    const answer = await client.json<Plan>('POST', '/api/plan', { body: request, repeatable: true });
    output.result(answer, () => planTable(request.event, answer));
    return answer.checks.some(({ outcome }) => outcome === 'fail') ? EXIT.refused : EXIT.done;
  },
});
