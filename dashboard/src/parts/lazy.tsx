/** Parts that are loaded when they are first looked at. */
import { signal } from '@preact/signals';
import { type ComponentChildren, type ComponentType, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { t } from '../texts/index.ts';

interface Meanwhile {
  fallback: ComponentChildren;
  /** Heading that stands also where the part does not load; none for a part of a view. */
  head?: ComponentChildren;
}
const Fallback = createContext<Meanwhile>({ fallback: null });
export const Suspense = ({ fallback, head, children }: Meanwhile & { children: ComponentChildren }) => (
  <Fallback.Provider value={{ fallback, head }}>{children}</Fallback.Provider>
);

export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const failed = signal(false);
  let begun = false;
  const begin = () => {
    begun = true;
    failed.value = false;
    load().then(
      (part) => {
        loaded.value = part;
      },
      () => {
        failed.value = true;
        begun = false;
      },
    );
  };
  return (props: Props) => {
    const { fallback, head } = useContext(Fallback);
    if (loaded.value) {
      const Part = loaded.value;
      return <Part {...props} />;
    }
    if (failed.value)
      return (
        <>
          {head}
          <p class="notice" data-tone="warn">
            {t('part.failed')}{' '}
            <button type="button" class="small" onClick={begin}>
              {t('again')}
            </button>
          </p>
        </>
      );
    if (!begun) begin();
    return (
      <>
        {head}
        {fallback}
      </>
    );
  };
}
