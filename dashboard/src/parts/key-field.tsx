/** A stream key: never echoed, never kept, never offered to a password manager. */
import type { FieldError } from '../../../contract/api/problem.ts';
import { Field } from './field.tsx';

interface KeyFieldProps {
  label: string;
  value: string;
  errors: readonly FieldError[];
  change: (key: string) => void;
}

export const KeyField = ({ label, value, errors, change }: KeyFieldProps) => (
  <Field label={label} errors={errors.map(({ message }) => ({ path: '', message }))}>
    {(attributes) => (
      <input
        {...attributes}
        type="password"
        value={value}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellcheck={false}
        data-1p-ignore
        data-lpignore="true"
        data-bwignore
        onInput={(typed) => change(typed.currentTarget.value.trim())}
      />
    )}
  </Field>
);
