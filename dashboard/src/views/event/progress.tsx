/** How it came to be: the graph, what ran when, and the slider over it. */

import { Gantt } from '../../draw/gantt.tsx';
import { Loading } from '../../parts/basic.tsx';
import { lazy, Suspense } from '../../parts/lazy.tsx';
import { second } from '../../state/clock.ts';
import { deployment, graph } from '../../state/live.ts';
import { looking, shown } from '../../state/shown.ts';
import { t } from '../../texts/index.ts';
import { Travel } from './travel.tsx';

const Graph = lazy(() => import('../../draw/graph.tsx').then((all) => all.Graph));

export function Progress() {
  const run = deployment.value;
  const plan = graph.value;
  const what = shown.value;
  if (!run || !plan || !what) return <Loading />;
  const { error } = run;
  const to = what.at ?? (run.finishedAt ? Date.parse(run.finishedAt) : second.value);
  return (
    <>
      {looking.value === undefined && <Travel />}
      {error && what.at === undefined && (
        <div class="notice" data-tone="bad">
          <p>
            <strong>{error.code}</strong> {error.message}
          </p>
          {error.advice && <p>{error.advice}</p>}
          <p class="muted">{error.consequence}</p>
        </div>
      )}
      <h2 class="section">{t('graph')}</h2>
      <Suspense fallback={<Loading lines={2} />}>
        <Graph plan={plan} nodes={what.nodes} />
      </Suspense>
      <h2 class="section">{t('gantt')}</h2>
      <Gantt plan={plan} nodes={what.nodes} from={Date.parse(run.startedAt)} to={to} />
    </>
  );
}
