import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { ImageChange } from '../http/types.ts';
import { facts } from '../output/table.ts';

const IMAGE = { name: 'IMAGE', description: 'mixer', required: true } as const;
const VERSION = { name: 'VERSION', description: 'number of a version: 1.4.0', required: true } as const;
const FORCE = { type: 'boolean', description: 'although it has never passed its smoke test' } as const;
const path = (image: string, rest: string): string => `/api/images/${encodeURIComponent(image)}/${rest}`;
/** Where a version is named, this says that none is. */
const DEFAULT = 'default';
const named = (version: string): string | null => (version === DEFAULT ? null : version);

const changed = ({ from, to, done, running, pinned }: ImageChange): string =>
  facts([
    [done ? 'now' : 'would be', to],
    ['before', from],
    ['go on as they are', running.join(', ')],
    ['pinned, and stay so', pinned.join(', ')],
  ]);

const use = defineCommand({
  name: 'image use',
  summary: 'choose the version that events start from from now on',
  detail: `Events that run go on with what they have. '${DEFAULT}' as VERSION: what the control plane is set to counts again.`,
  positionals: [IMAGE, VERSION],
  options: { force: FORCE },
  examples: ['stream-control image use mixer 1.4.0'],
  async run({ client, output }, { options, positionals: [image = '', version = ''] }) {
    const body = { version: named(version), ...(options.force && { force: true }) };
    const answer = await client.json<ImageChange>('POST', path(image, 'use'), { body, repeatable: true });
    output.result(answer, () => changed(answer));
    return EXIT.done;
  },
});

const pin = defineCommand({
  name: 'image pin',
  summary: 'pin an event to a version, whatever is chosen for the others',
  detail: `It counts from the event’s next deployment on. '${DEFAULT}' as VERSION takes the pin away.`,
  positionals: [IMAGE, { name: 'EVENT', description: 'name of the event', required: true }, VERSION],
  options: { force: FORCE },
  examples: ['stream-control image pin mixer congress 1.3.2'],
  async run({ client, output }, { options, positionals: [image = '', event = '', version = ''] }) {
    const body = { event, version: named(version), ...(options.force && { force: true }) };
    const answer = await client.json<{ event: string; version: string | null }>('POST', path(image, 'pins'), {
      body,
      repeatable: true,
    });
    output.result(answer, () =>
      facts([
        ['event', answer.event],
        ['version', answer.version ?? 'as for all'],
      ]),
    );
    return EXIT.done;
  },
});

const rollback = defineCommand({
  name: 'image rollback',
  summary: 'go back to the newest proved version before the current one',
  detail: 'Without --confirm it only tells what would change.',
  positionals: [IMAGE],
  options: { confirm: { type: 'boolean', description: 'do it' } },
  examples: ['stream-control image rollback mixer', 'stream-control image rollback mixer --confirm'],
  async run({ client, output }, { options, positionals: [image = ''] }) {
    const body = options.confirm ? { confirm: true } : {};
    // Sent twice it would go back twice.
    const answer = await client.json<ImageChange>('POST', path(image, 'rollback'), { body });
    output.result(
      answer,
      () => `${changed(answer)}${answer.done ? '' : 'Nothing is changed yet: repeat with --confirm\n'}`,
    );
    return EXIT.done;
  },
});

const remove = defineCommand({
  name: 'image remove',
  summary: 'remove a version that nobody uses',
  positionals: [IMAGE, VERSION],
  options: {},
  examples: ['stream-control image remove mixer 1.2.0'],
  async run({ client, output }, { positionals: [image = '', version = ''] }) {
    const answer = await client.json<{ removing: string[] }>(
      'DELETE',
      path(image, `versions/${encodeURIComponent(version)}`),
      {
        repeatable: true,
      },
    );
    output.result(answer, () => `Being removed: ${version} (${answer.removing.length})\n`);
    return EXIT.done;
  },
});

export const imageChangeCommands = [use, pin, rollback, remove];
