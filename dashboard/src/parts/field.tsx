/** A field of a form: label, what it is for, and what the control plane says of it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { FieldError } from '../../../contract/api/problem.ts';

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  errors?: readonly FieldError[];
  children: (attributes: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ComponentChildren;
  wide?: boolean;
}

/** What is said of a field, or of anything in it. */
export const about = (errors: readonly FieldError[], ...names: string[]): FieldError[] =>
  errors.filter(({ path }) =>
    names.some((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)),
  );

export function Field({ label, hint, errors = [], children, wide = false }: FieldProps) {
  const id = useId();
  return (
    <div class={`field ${wide ? 'wide' : ''}`} data-invalid={errors.length > 0 || undefined}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint ${id}-errors`, 'aria-invalid': errors.length > 0 })}
      <div id={`${id}-hint`} class="hint">
        {hint}
      </div>
      <div id={`${id}-errors`} class="errors" aria-live="polite">
        {errors.map(({ path, message }) => (
          <p key={path + message}>
            <span aria-hidden="true">▲ </span>
            {/[[.]/.test(path) ? `${path.replace(/^[a-zA-Z]+[.[]/, '').replace(']', '')}: ` : ''}
            {message}
          </p>
        ))}
      </div>
    </div>
  );
}
