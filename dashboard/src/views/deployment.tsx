/** One deployment that is over, or not: its certificate, what ran when, and its past second by second. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CertificateAnswer } from '../../../contract/api/certificate.ts';
import type { DeploymentStatus } from '../../../contract/api/deployment.ts';
import type { JournalLine } from '../../../contract/api/journal.ts';
import type { DeploymentGraph } from '../../../contract/api/plan.ts';
import { ask, isPassing, Refused, wordsOf } from '../api/client.ts';
import { Gantt } from '../draw/gantt.tsx';
import { Graph } from '../draw/graph.tsx';
import { At, Copy, Empty, Loading, State } from '../parts/basic.tsx';
import { past, toldOf } from '../say/past.ts';
import { said, t } from '../texts/index.ts';
import { duration, moment, money, readable } from '../texts/time.ts';
import { Lines } from './event/journal.tsx';

interface Everything {
  status: DeploymentStatus;
  journal: readonly JournalLine[];
  graph: DeploymentGraph;
  certificate: CertificateAnswer | undefined;
  /** Why there is no certificate. */
  without: string | undefined;
}

async function read(id: string): Promise<Everything> {
  const path = `/api/deployment/${encodeURIComponent(id)}`;
  const [status, { entries }, graph, certificate] = await Promise.all([
    ask<DeploymentStatus>(`${path}/status`),
    ask<{ entries: JournalLine[] }>(`${path}/journal`),
    ask<DeploymentGraph>(`${path}/graph`),
    ask<CertificateAnswer>(`${path}/certificate`).catch((error: unknown) => {
      if (error instanceof Refused && error.problem.status === 409) return error.problem.detail;
      throw error;
    }),
  ]);
  const none = typeof certificate === 'string';
  return {
    status,
    journal: entries,
    graph,
    certificate: none ? undefined : certificate,
    without: none ? certificate : undefined,
  };
}

function Certificate({ of }: { of: CertificateAnswer }) {
  const { cost, verification } = of;
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`${JSON.stringify(of, null, 2)}\n`], { type: 'application/json' }));
    link.download = `${of.deploymentId}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <section class="certificate" aria-labelledby="certificate">
      <div class="view-head">
        <h2 id="certificate">{t('certificate')}</h2>
        <button type="button" class="small" onClick={save}>
          {t('certificate.save')}
        </button>
      </div>
      <dl class="facts big">
        <div>
          <dt>{t('certificate.outcome')}</dt>
          <dd>
            <State tone={of.outcome === 'gone' ? 'good' : 'bad'}>{said('outcome', of.outcome)}</State>
          </dd>
          <dd class="muted">{of.reason}</dd>
        </div>
        <div>
          <dt>{t('certificate.cost')}</dt>
          <dd class="figures">{money(cost.total, cost.currency)}</dd>
          <dd class="muted">{t('certificate.prices', { day: cost.pricesAsOf })}</dd>
        </div>
        <div>
          <dt>{t('certificate.left')}</dt>
          <dd class="figures">{verification.resourcesLeft + verification.secretsLeft}</dd>
          <dd class="muted">
            {t('certificate.verified')} <At time={verification.at} both={false} seconds />
          </dd>
        </div>
      </dl>
      {of.left.length > 0 && (
        <p class="notice" data-tone="warn">
          {t('event.left', { n: of.left.length })}: {of.left.map(({ name, why }) => `${name} (${why})`).join(', ')}
        </p>
      )}
      <details>
        <summary>{t('certificate.resources', { n: of.resources.length })}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section class="scroll" tabIndex={0} aria-label={t('certificate.resources', { n: of.resources.length })}>
          <table class="plain">
            <thead>
              <tr>
                <th>{t('certificate.resource')}</th>
                <th>{t('certificate.kind')}</th>
                <th>{t('certificate.made')}</th>
                <th>{t('certificate.gone')}</th>
                <th class="right">{t('certificate.cost')}</th>
              </tr>
            </thead>
            <tbody>
              {of.resources.map(({ id, name, type, createdAt, removedAt, cost: each }) => (
                <tr key={id}>
                  <th scope="row">{name}</th>
                  <td>{type.split('/').at(-1)}</td>
                  <td class="figures">{createdAt ? moment(createdAt, { seconds: true }) : '–'}</td>
                  <td class="figures">{removedAt ? moment(removedAt, { seconds: true }) : '–'}</td>
                  <td class="figures right">{each === undefined ? '–' : money(each, cost.currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
      <p class="hint">
        SHA-256 <code class="url">{of.contentHash}</code> <Copy text={of.contentHash} what="SHA-256" />
      </p>
    </section>
  );
}

export function PastDeployment({ id }: { id: string }) {
  const all = useSignal<Everything | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  const at = useSignal<number | undefined>(undefined);
  useEffect(() => {
    let left = false;
    const load = () => {
      read(id).then(
        (found) => {
          all.value = found;
        },
        (error: unknown) => {
          if (left) return;
          wrong.value = wordsOf(error);
          if (isPassing(error)) setTimeout(load, 1_000);
        },
      );
    };
    load();
    return () => {
      left = true;
    };
  }, [id]);
  if (!all.value)
    return wrong.value ? (
      <Empty whole title={wrong.value} />
    ) : (
      <>
        <h1 tabIndex={-1}>{t('certificate')}</h1>
        <Loading lines={5} />
      </>
    );
  const { status, journal, graph, certificate, without } = all.value;
  const from = Date.parse(status.startedAt);
  const to = Date.parse(status.finishedAt ?? journal.at(-1)?.at ?? status.startedAt);
  const when = at.value ?? to;
  const was = past(status.nodes, journal, toldOf(journal), when);
  const unwell = was.components.filter(({ health }) => health === 'unhealthy');
  return (
    <article>
      <p class="crumbs">
        <a href="/past">{t('nav.past')}</a> <span aria-hidden="true">/</span> <span class="muted">{id}</span>
      </p>
      <h1 tabIndex={-1}>{certificate?.title ?? status.event}</h1>
      <p class="muted">
        {moment(from, { seconds: true })} – {moment(to, { seconds: true })} ({duration((to - from) / 1000)})
      </p>
      {certificate ? <Certificate of={certificate} /> : <p class="notice">{without}</p>}
      {status.error && (
        <div class="notice" data-tone="bad">
          <strong>{status.error.code}</strong> {status.error.message} <span class="muted">{status.error.advice}</span>
        </div>
      )}
      <h2 class="section">{t('travel')}</h2>
      <div class="travel" data-back={at.value !== undefined || undefined}>
        <label>
          <span>
            {moment(when, { seconds: true })} · {said('state', was.state)}
          </span>
          <input
            type="range"
            min={from}
            max={to}
            step={1_000}
            value={when}
            aria-valuetext={`${moment(when, { seconds: true })}, ${said('state', was.state)}`}
            onInput={(moved) => {
              at.value = Number(moved.currentTarget.value);
            }}
          />
        </label>
      </div>
      <div role="status" class="notices">
        {unwell.map(({ component, reason, since, beingRemedied }) => (
          <p key={component} class="notice" data-tone="bad">
            <strong>{said('component', component)}</strong> {readable(reason ?? t('word.unwell'))}{' '}
            {since && (
              <span class="muted">{t('sentence.for', { time: duration((when - Date.parse(since)) / 1000) })}</span>
            )}
            {beingRemedied && ` · ${t('word.helped')}`}
          </p>
        ))}
      </div>
      <Graph plan={graph} nodes={was.nodes} />
      <h2 class="section">{t('gantt')}</h2>
      <Gantt plan={graph} nodes={was.nodes} from={from} to={when} />
      <h2 class="section">{t('tab.journal')}</h2>
      <Lines
        lines={journal}
        goTo={(moment) => {
          at.value = moment;
          scrollTo({ top: 0, behavior: 'smooth' });
        }}
      />
    </article>
  );
}
