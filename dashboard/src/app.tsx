/** The frame around every view: where one is, how old what it shows is, who one is. */
import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Announcer } from './parts/announcer.tsx';
import { Loading } from './parts/basic.tsx';
import { Freshness, Menu } from './parts/header.tsx';
import { lazy, Suspense } from './parts/lazy.tsx';
import { Training } from './parts/training.tsx';
import { stale } from './state/clock.ts';
import { refused } from './state/live.ts';
import { barred, me } from './state/me.ts';
import { follow, place } from './state/route.ts';
import { t } from './texts/index.ts';
import { EventView } from './views/event/index.tsx';
import { Events } from './views/events.tsx';
import { Nowhere, Stranger } from './views/stranger.tsx';

const NewEvent = lazy(() => import('./views/new/index.tsx').then((all) => all.NewEvent));
const Schedules = lazy(() => import('./views/schedules.tsx').then((all) => all.Schedules));
const Images = lazy(() => import('./views/images/index.tsx').then((all) => all.Images));
const Past = lazy(() => import('./views/past.tsx').then((all) => all.Past));
const PastDeployment = lazy(() => import('./views/deployment.tsx').then((all) => all.PastDeployment));

/** What a view is called until it is there itself. */
const NAMES = {
  events: 'nav.events',
  event: 'nav.events',
  new: 'nav.new',
  schedules: 'nav.schedules',
  past: 'nav.past',
  images: 'nav.images',
  deployment: 'certificate',
  nowhere: 'nowhere',
} as const;

function View() {
  const at = place.value;
  switch (at.view) {
    case 'events':
      return <Events />;
    case 'event':
      return <EventView key={at.event} name={at.event} />;
    case 'new':
      return <NewEvent />;
    case 'schedules':
      return <Schedules />;
    case 'past':
      return <Past />;
    case 'images':
      return <Images />;
    case 'deployment':
      return <PastDeployment key={at.id} id={at.id} />;
    default:
      return <Nowhere />;
  }
}

function Link({ to, here, children }: { to: string; here: boolean; children: ComponentChildren }) {
  return (
    <a href={to} {...(here ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </a>
  );
}

export function App() {
  const view = useComputed(() => place.value.view);
  const known = me.value;
  // Until it is known who looks, what most may do is drawn: the frame stands at once, and nothing of it moves.
  const may = !barred.value;
  // What is not there cannot be old.
  const absent = refused.value?.problem.status === 404;
  const lives = (view.value === 'events' || view.value === 'event') && !absent;
  return (
    // Links are links; this only spares loading the page anew.
    // biome-ignore lint/a11y/useKeyWithClickEvents: links are pressed by keyboard as by pointer
    // biome-ignore lint/a11y/noStaticElementInteractions: it is the links inside that act
    <div class="frame" onClick={follow}>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <header class="top">
        <a class="brand" href="/" aria-label={t('brand.home')}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="16" cy="16" r="4.5" />
            <path d="M8.6 8.6a10.5 10.5 0 0 0 0 14.8M23.4 8.6a10.5 10.5 0 0 1 0 14.8" />
          </svg>
          <span>stream-control</span>
        </a>
        {may && (
          <nav aria-label={t('nav')}>
            <Link to="/" here={view.value === 'events' || view.value === 'event'}>
              {t('nav.events')}
            </Link>
            {known?.mayOperate !== false && (
              <Link to="/new" here={view.value === 'new'}>
                {t('nav.newShort')}
              </Link>
            )}
            <Link to="/schedules" here={view.value === 'schedules'}>
              {t('nav.schedules')}
            </Link>
            <Link to="/past" here={view.value === 'past' || view.value === 'deployment'}>
              {t('nav.past')}
            </Link>
          </nav>
        )}
        <div class="top-right">
          {may && lives && <Freshness />}
          <Menu />
        </div>
      </header>
      <Announcer />
      <main id="main" tabIndex={-1} data-stale={(lives && may && stale.value) || undefined}>
        {may ? (
          <Suspense
            fallback={<Loading lines={4} />}
            head={
              <h1 class="view-name" tabIndex={-1}>
                {t(NAMES[view.value])}
              </h1>
            }
          >
            <View />
          </Suspense>
        ) : (
          <Stranger />
        )}
      </main>
      {known?.mayOperate && known.cloud === 'simulator' && <Training />}
    </div>
  );
}
