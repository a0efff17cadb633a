/** What mixers and relays start from: versions, builds, and what the next event takes. For the engineer who looks after the images. */
import { useEffect } from 'preact/hooks';
import type { Build, BuildScheduleAnswer, BuildScheduleView } from '../../../../contract/api/image-builds.ts';
import type { Image } from '../../../../contract/api/images.ts';
import { ask } from '../../api/client.ts';
import { Loading, Wrong } from '../../parts/basic.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { t } from '../../texts/index.ts';
import { Builds } from './builds.tsx';
import { Pins } from './pins.tsx';
import { Rollback } from './rollback.tsx';
import { imageName, Versions } from './versions.tsx';

/** Milliseconds between looks while something is under way, and while nothing is: builds take the better part of an hour. */
const [UNDER_WAY, QUIET] = [5_000, 60_000];

interface Known {
  image: Image;
  /** Of images that are built here. */
  builds: readonly Build[];
  schedule: BuildScheduleView | null;
}

async function read(): Promise<Known[]> {
  const { images } = await ask<{ images: Image[] }>('/api/images');
  return Promise.all(
    images.map(async (image): Promise<Known> => {
      if (image.kind !== 'machine') return { image, builds: [], schedule: null };
      const path = `/api/images/${image.image}`;
      const [{ builds }, { schedule }] = await Promise.all([
        ask<{ builds: Build[] }>(`${path}/builds`),
        ask<BuildScheduleAnswer>(`${path}/schedule`),
      ]);
      return { image, builds, schedule };
    }),
  );
}

const isMoving = ({ image, builds }: Known): boolean =>
  builds.some(({ state }) => state === 'running') || image.versions.some(({ state }) => state !== 'Succeeded');

function One({ image, builds, schedule, changed }: Known & { changed: () => void }) {
  const name = imageName(image.image);
  const built = image.kind === 'machine';
  return (
    <section class="spaced" aria-labelledby={`image-${image.image}`}>
      <h2 class="section" id={`image-${image.image}`}>
        {name}
      </h2>
      <p class="muted">
        <code class="url">{image.reference}</code>
      </p>
      {image.problem && (
        <p class="notice" data-tone="warn">
          {image.problem}
        </p>
      )}
      <Versions image={image} changed={changed} />
      {built && <Rollback image={image} changed={changed} />}
      {built && <Pins image={image} changed={changed} />}
      {built && <Builds image={image} builds={builds} schedule={schedule} changed={changed} />}
    </section>
  );
}

export function Images() {
  const { found: all, wrong, load } = useLoaded(read);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let left = false;
    const again = async () => {
      if (!document.hidden) await load();
      if (!left) timer = setTimeout(() => void again(), all.peek()?.some(isMoving) ? UNDER_WAY : QUIET);
    };
    void again();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, []);
  return (
    <section aria-labelledby="title">
      <div class="view-head">
        <h1 id="title" tabIndex={-1}>
          {t('nav.images')}
        </h1>
      </div>
      <p class="hint">{t('images.what')}</p>
      {wrong.value && <Wrong text={wrong.value} again={() => void load()} />}
      {all.value === undefined
        ? !wrong.value && <Loading lines={5} />
        : all.value.map((one) => <One key={one.image.image} {...one} changed={() => void load()} />)}
    </section>
  );
}
