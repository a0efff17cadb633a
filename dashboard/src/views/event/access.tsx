/** Who may send to a stream server and play from it: users are made and withdrawn while it runs. A token is shown once, and never kept. */
import { useSignal } from '@preact/signals';
import type { AccessUser } from '../../../../contract/access.ts';
import { ACCESS_ROLES, type AccessRole } from '../../../../contract/access-roles.ts';
import type { AccessGranted, AccessList } from '../../../../contract/api/access.ts';
import type { FieldError } from '../../../../contract/api/problem.ts';
import { ask, Refused, wordsOf } from '../../api/client.ts';
import { Copy } from '../../parts/basic.tsx';
import { Choose } from '../../parts/choose.tsx';
import { about, Field } from '../../parts/field.tsx';
import { Press } from '../../parts/press.tsx';
import { event } from '../../state/live.ts';
import { t } from '../../texts/index.ts';
import { moment } from '../../texts/time.ts';
import { Look } from './looks.tsx';

const pathsIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

function User({ of, user: { name, role, paths, tokens } }: { of: string; user: AccessUser }) {
  return (
    <li>
      <strong>{name}</strong> {t(`access.${role}`)} {paths.join(', ')}{' '}
      <span class="muted">{t('access.tokens', { n: tokens.length })}</span>
      <Press
        small
        given={{ place: `${of} withdraw ${name}`, path: `/api/events/${of}/access/withdraw`, body: { name } }}
        consequence={t('access.withdrawWhat')}
        sure={t('access.withdrawSure', { name })}
      >
        {t('access.withdraw', { name })}
      </Press>
    </li>
  );
}

/** Makes a user, or gives one more token. Its answer carries a secret, so it goes past the list of operations, which outlives a reload. */
function Grant({ of }: { of: string }) {
  const name = useSignal('');
  const role = useSignal<AccessRole>('publish');
  const paths = useSignal('');
  const busy = useSignal(false);
  const came = useSignal<{ granted: AccessGranted } | { wrong: string; errors: FieldError[] } | undefined>(undefined);
  const wrong = came.value && 'wrong' in came.value ? came.value : undefined;
  const granted = came.value && 'granted' in came.value ? came.value.granted : undefined;
  const grant = async () => {
    if (busy.value) return;
    busy.value = true;
    try {
      const body = { name: name.value, role: role.value, paths: role.value === 'admin' ? [] : pathsIn(paths.value) };
      came.value = { granted: await ask<AccessGranted>(`/api/events/${of}/access`, { method: 'POST', body }) };
    } catch (error) {
      came.value = { wrong: wordsOf(error), errors: (error instanceof Refused && error.problem.errors) || [] };
    }
    busy.value = false;
  };
  return (
    <>
      <Field label={t('access.name')} errors={about(wrong?.errors ?? [], 'name')}>
        {(attributes) => (
          <input
            {...attributes}
            value={name.value}
            autoCapitalize="none"
            autoComplete="off"
            spellcheck={false}
            onInput={(typed) => {
              name.value = typed.currentTarget.value.trim();
            }}
          />
        )}
      </Field>
      <Choose
        label={t('access.role')}
        value={role.value}
        options={ACCESS_ROLES.map((one) => [one, t(`access.${one}`)])}
        pick={(picked) => {
          role.value = ACCESS_ROLES.find((one) => one === picked) ?? 'publish';
        }}
      />
      {role.value !== 'admin' && (
        <Field label={t('access.paths')} hint={t('access.pathsHint')} errors={about(wrong?.errors ?? [], 'paths')}>
          {(attributes) => (
            <input
              {...attributes}
              value={paths.value}
              autoCapitalize="none"
              spellcheck={false}
              onInput={(typed) => {
                paths.value = typed.currentTarget.value;
              }}
            />
          )}
        </Field>
      )}
      <button
        type="button"
        class="plain"
        aria-disabled={busy.value}
        data-busy={busy.value || undefined}
        onClick={grant}
      >
        {t('access.grant')}
      </button>
      <p class="hint">{t('access.grantWhat')}</p>
      <div role="status">
        {wrong && <p class="errors">{wrong.wrong}</p>}
        {granted && (
          <p data-tone="good">
            {t('access.token', { name: granted.user.name })} <code>{granted.token.secret}</code>{' '}
            <Copy text={granted.token.secret} what={t('access.tokenOf', { name: granted.user.name })} />{' '}
            <button
              type="button"
              class="quiet small"
              onClick={() => {
                came.value = undefined;
              }}
            >
              {t('credentials.hide')}
            </button>
          </p>
        )}
      </div>
    </>
  );
}

export function Access({ refusal }: { refusal: string | undefined }) {
  const of = event.value?.event;
  if (of === undefined) return null;
  if (refusal !== undefined)
    return (
      <p class="hint">
        {t('refused.now')}: {refusal}
      </p>
    );
  return (
    <>
      <Look<AccessList> path={`/api/events/${of}/access`} name={t('access.list')} what={t('access.listWhat')}>
        {({ users, sessions }) => (
          <>
            {users.length === 0 && <p>{t('access.nobody')}</p>}
            <ul class="differences">
              {users.map((user) => (
                <User key={user.name} of={of} user={user} />
              ))}
            </ul>
            <ul class="differences">
              {sessions.map(({ call, path, user, protocol, since }) => (
                <li key={`${call} ${path} ${user} ${since}`}>
                  <strong>{user}</strong> {t(`access.now.${call}`, { path, protocol: protocol.toUpperCase() })}{' '}
                  <span class="muted">{moment(since, { seconds: true })}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </Look>
      <Grant of={of} />
    </>
  );
}
