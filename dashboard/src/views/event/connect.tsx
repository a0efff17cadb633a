/** Where presenters and operators connect: addresses for everybody, what opens them behind a button that says that it is recorded. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Credentials } from '../../../../contract/api/credentials.ts';
import type { LiveEvent } from '../../../../contract/api/live.ts';
import { ask, wordsOf } from '../../api/client.ts';
import { Qr } from '../../draw/qr.tsx';
import { Copy, Empty } from '../../parts/basic.tsx';
import { event, presenters } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { t } from '../../texts/index.ts';
import { languageName } from '../../texts/languages.ts';

type Connection = NonNullable<LiveEvent['connection']>;

/** Milliseconds that secrets stay on the screen: nobody closes a tab in a hurry. */
const SHOWN = 120_000;

/** The stream id is what tells the two presenters apart on one port. */
const asBackup = (url: string): string => `${url}${url.includes('?') ? '&' : '?'}streamid=backup`;

function Address({ title, url, secret, hint }: { title: string; url: string; secret: boolean; hint: string }) {
  const qr = useSignal(false);
  return (
    <li class="address">
      <div class="address-head">
        <strong>{title}</strong>
        <span class="muted">{hint}</span>
      </div>
      <code class="url">{url}</code>
      <div class="press-row">
        <Copy text={url} what={title} />
        {secret && (
          <button
            type="button"
            class="quiet small"
            aria-expanded={qr.value}
            onClick={() => {
              qr.value = !qr.value;
            }}
          >
            {t('qr')}
          </button>
        )}
      </div>
      {secret && qr.value && <Qr text={url} label={t('qr.of', { what: title })} />}
    </li>
  );
}

/** Names under which a template gives addresses that have words of their own. */
const NAMED = { publishUrl: 'connect.publish', playUrl: 'connect.play', hlsUrl: 'connect.hls' } as const;
const wordFor = (name: string): string => (Object.hasOwn(NAMED, name) ? t(NAMED[name as keyof typeof NAMED]) : name);

/** What components give besides the programme's and the slides' address, which have words and secrets of their own. */
const othersOf = ({ components }: Pick<Connection, 'components'>) =>
  components.flatMap(({ component, title, each, urls }) =>
    Object.entries(urls)
      .filter(([name]) => name !== 'srtUrl' && name !== 'slidesUrl')
      .map(([name, url]) => ({
        key: `${component} ${name}`,
        title: each === null ? title : `${title} ${each}`,
        name,
        url,
      })),
  );

/** Machines of languages, and who may enter them once secrets are shown. */
function Mixers({ mixers, known }: Pick<Connection, 'mixers'> & { known: Credentials | undefined }) {
  if (mixers.length === 0) return null;
  return (
    <>
      <h2 class="section">{t('connect.mixers')}</h2>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>{t('language')}</th>
              <th>RDP</th>
              {known && (
                <>
                  <th>{t('credentials.user')}</th>
                  <th>{t('credentials.password')}</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {mixers.map(({ language, rdp }) => {
              const login = known?.mixers.find((one) => one.language === language);
              return (
                <tr key={language}>
                  <th scope="row">{languageName(language)}</th>
                  <td>
                    {rdp ? (
                      <>
                        <code>{rdp}</code> <Copy text={rdp} what={`RDP ${languageName(language)}`} />
                      </>
                    ) : (
                      <span class="muted">{t('connect.noMachine')}</span>
                    )}
                  </td>
                  {known && (
                    <>
                      <td>
                        <code>{login?.user}</code>
                      </td>
                      <td>
                        <code>{login?.password ?? '–'}</code>{' '}
                        {login?.password && (
                          <Copy text={login.password} what={`${t('credentials.password')} ${languageName(language)}`} />
                        )}
                      </td>
                    </>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function Connect() {
  const now = event.value;
  const secrets = useSignal<Credentials | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  const asking = useSignal(false);
  const id = now?.deploymentId;
  useEffect(() => {
    secrets.value = undefined;
  }, [id]);
  useEffect(() => {
    if (!secrets.value) return;
    const gone = setTimeout(() => {
      secrets.value = undefined;
    }, SHOWN);
    return () => clearTimeout(gone);
  }, [secrets.value]);
  if (!now) return null;
  const { connection } = now;
  if (!connection) return <Empty title={t('connect.none')} />;
  const read = async () => {
    asking.value = true;
    wrong.value = undefined;
    try {
      secrets.value = await ask<Credentials>(`/api/events/${now.event}/credentials`);
    } catch (error) {
      wrong.value = wordsOf(error);
    } finally {
      asking.value = false;
    }
  };
  const known = secrets.value;
  return (
    <>
      <ul class="addresses">
        {connection.srtUrl !== undefined && (
          <Address
            title={t('connect.programme')}
            hint={t('connect.programmeWhat')}
            url={known?.srtUrl ?? connection.srtUrl ?? ''}
            secret={known?.srtUrl !== undefined}
          />
        )}
        {connection.srtUrl !== undefined && presenters.value !== null && (
          <Address
            title={t('connect.backup')}
            hint={t('connect.backupWhat')}
            url={asBackup(known?.srtUrl ?? connection.srtUrl ?? '')}
            secret={known?.srtUrl !== undefined}
          />
        )}
        {connection.slidesUrl !== undefined && (
          <Address
            title={t('connect.slides')}
            hint={t('connect.slidesWhat')}
            url={known?.slidesUrl ?? connection.slidesUrl ?? ''}
            secret={known?.slidesUrl !== undefined}
          />
        )}
        {othersOf(connection).map(({ key, title, name, url }) => (
          <Address key={key} title={title} hint={wordFor(name)} url={url} secret={false} />
        ))}
      </ul>
      {me.value?.mayOperate && (
        <div class="reveal">
          {known ? (
            <button
              type="button"
              onClick={() => {
                secrets.value = undefined;
              }}
            >
              {t('credentials.hide')}
            </button>
          ) : (
            <button type="button" aria-disabled={asking.value} onClick={read}>
              {t('credentials.show')}
            </button>
          )}
          <p class="hint">{known ? t('credentials.shown') : t('credentials.recorded', { name: me.value.name })}</p>
          <div role="status" class="errors">
            {wrong.value}
          </div>
        </div>
      )}
      <Mixers mixers={connection.mixers} known={known} />
    </>
  );
}
