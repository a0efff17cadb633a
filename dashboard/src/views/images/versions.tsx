/** Versions of an image: proved or not, where they are, who runs them. */
import type { Image, ImageVersion } from '../../../../contract/api/images.ts';
import { State } from '../../parts/basic.tsx';
import { Press } from '../../parts/press.tsx';
import type { Tone } from '../../say/language.ts';
import { me } from '../../state/me.ts';
import { said, t } from '../../texts/index.ts';
import { moment } from '../../texts/time.ts';

export const imageName = (image: string): string => said('image', image);
export const mayChange = (): boolean => me.value?.roles.includes('admin') ?? false;

function proof({ state, proved }: ImageVersion): { tone: Tone; text: string } {
  if (state !== 'Succeeded') return { tone: 'work', text: state };
  if (proved === null) return { tone: 'idle', text: t('images.unknown') };
  return proved ? { tone: 'good', text: t('images.proved') } : { tone: 'warn', text: t('images.notProved') };
}

/** More regions than this are a number. */
const NAMED = 3;

/** Regions that have it; those that are being copied to say how far they are. */
function places({ regions }: ImageVersion): string {
  const there = regions.flatMap(({ region, state }) => (state === 'Completed' ? [region] : []));
  const copying = regions.flatMap(({ region, state, progress }) =>
    state === 'Completed' ? [] : [`${region} ${progress === undefined ? state : `${progress} %`}`],
  );
  return [...(there.length > NAMED ? [t('images.inRegions', { n: there.length })] : there), ...copying].join(', ');
}

function Row({ image, one, changed }: { image: Image; one: ImageVersion; changed: () => void }) {
  const { tone, text } = proof(one);
  const path = `/api/images/${image.image}`;
  const chosen = one.osState === 'generalised' && image.kind === 'machine';
  return (
    <tr>
      <th scope="row">
        {one.version}
        {one.osState && <span class="muted"> {said('osState', one.osState)}</span>}
      </th>
      <td>
        <State tone={tone}>{text}</State>
        {one.current && <strong class="figures"> {t('images.current')}</strong>}
      </td>
      <td class="figures">{one.createdAt ? moment(one.createdAt) : '–'}</td>
      <td>{places(one) || '–'}</td>
      <td>{one.usedBy.join(', ') || '–'}</td>
      <td>
        {chosen && mayChange() && !one.current && (
          <div class="press-row">
            <Press
              small
              given={{
                place: `image use ${image.image} ${one.version}`,
                path: `${path}/use`,
                body: { version: one.version },
              }}
              sure={t('images.useSure', { version: one.version })}
              done={changed}
            >
              {t('images.use')}
            </Press>
            <Press
              small
              given={{
                place: `image remove ${image.image} ${one.version}`,
                path: `${path}/versions/${encodeURIComponent(one.version)}`,
                method: 'DELETE',
                body: undefined,
              }}
              sure={t('images.removeSure', { version: one.version })}
              done={changed}
            >
              {t('images.remove')}
            </Press>
          </div>
        )}
      </td>
    </tr>
  );
}

export function Versions({ image, changed }: { image: Image; changed: () => void }) {
  const name = t('images.versionsOf', { image: imageName(image.image) });
  if (image.versions.length === 0) return <p class="muted">{t('images.none')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={name}>
      <table class="plain">
        <thead>
          <tr>
            <th>{t('images.version')}</th>
            <th>{t('images.state')}</th>
            <th>{t('certificate.made')}</th>
            <th>{t('images.regions')}</th>
            <th>{t('images.usedBy')}</th>
            <th>
              <span class="hidden">{t('images.change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {image.versions.map((one) => (
            <Row key={`${one.osState} ${one.version}`} image={image} one={one} changed={changed} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
