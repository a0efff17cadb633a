import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { Image, ImageVersion } from '../http/types.ts';
import { facts, table } from '../output/table.ts';
import { moment, oneLine } from '../output/text.ts';

const provedOf = ({ proved }: ImageVersion): string => (proved === null ? '-' : proved ? 'proved' : 'not proved');

/** Regions that have it; those that are being copied to say how far they are. */
const regionsOf = ({ regions }: ImageVersion): string => {
  const copying = regions.filter(({ state }) => state !== 'Completed');
  const some = copying.map(
    ({ region, state, progress }) => `${region} ${progress === undefined ? state : `${progress} %`}`,
  );
  const done = regions.length - copying.length;
  return [
    done > 2 ? `${done} regions` : '',
    ...(done > 2 ? [] : regions.filter(({ state }) => state === 'Completed').map(({ region }) => region)),
    ...some,
  ]
    .filter(Boolean)
    .join(', ');
};

const list = defineCommand({
  name: 'image list',
  summary: 'what machines and containers start from',
  positionals: [],
  options: {},
  examples: ['stream-control image list'],
  async run({ client, output }) {
    const { images } = await client.get<{ images: Image[] }>('/api/images');
    output.result(images, () =>
      table(
        ['IMAGE', 'CURRENT', 'PINNED', 'PROVED', 'VERSIONS', 'USED BY', 'PROBLEM'],
        images.map(({ image, current, pinned, versions, problem }) => {
          const now = versions.find((one) => one.current);
          return [
            image,
            oneLine(current ?? '-'),
            pinned ? 'yes' : 'no',
            now ? provedOf(now) : '-',
            String(versions.length),
            [...new Set(versions.flatMap(({ usedBy }) => usedBy))].join(', '),
            problem === undefined ? '' : oneLine(problem),
          ];
        }),
      ),
    );
    return EXIT.done;
  },
});

const show = defineCommand({
  name: 'image show',
  summary: 'versions of an image: proved or not, in which regions, used by whom',
  positionals: [{ name: 'IMAGE', description: 'mixer, relay or slides', required: true }],
  options: {},
  examples: ['stream-control image show mixer', 'stream-control image show relay -o json'],
  async run({ client, output }, { positionals: [name = ''] }) {
    const image = await client.get<Image>(`/api/images/${encodeURIComponent(name)}`);
    output.result(image, () =>
      [
        facts([
          ['image', image.image],
          ['reference', image.reference],
          ['current', image.current],
          ['rollback', image.rollback],
          ['pins', image.pins.map(({ event, version }) => `${event} ${version}`).join(', ') || undefined],
          ['problem', image.problem],
        ]),
        '\n',
        table(
          ['VERSION', 'KIND', 'STATE', 'PROVED', 'CURRENT', 'MADE', 'END OF LIFE', 'REGIONS', 'USED BY'],
          image.versions.map((one) => [
            oneLine(one.version),
            one.osState,
            oneLine(one.state),
            provedOf(one),
            one.current ? 'yes' : '',
            one.createdAt && moment(one.createdAt),
            one.endOfLife && moment(one.endOfLife),
            oneLine(regionsOf(one)),
            one.usedBy.join(', '),
          ]),
          'No versions',
        ),
      ].join(''),
    );
    return EXIT.done;
  },
});

export const imageCommands = [list, show];
