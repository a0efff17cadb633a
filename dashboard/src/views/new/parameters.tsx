/** The template's own settings, each as what its type is. */
import type { FieldError } from '../../../../contract/api/problem.ts';
import type { TemplateAnswer, TemplateParameter } from '../../../../contract/api/template.ts';
import { about, Field } from '../../parts/field.tsx';
import { change, draft } from './state.ts';

type Value = string | number | boolean;

function Input({
  rule,
  value,
  set,
  ...attributes
}: {
  rule: TemplateParameter;
  value: Value;
  set: (to: Value) => void;
  id: string;
}) {
  if (rule.type === 'boolean')
    return (
      <input
        {...attributes}
        type="checkbox"
        checked={value === true}
        onChange={(changed) => set(changed.currentTarget.checked)}
      />
    );
  if (rule.enum)
    return (
      <select {...attributes} value={String(value)} onChange={(picked) => set(picked.currentTarget.value)}>
        {rule.enum.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  if (rule.type === 'string')
    return <input {...attributes} value={String(value)} onInput={(typed) => set(typed.currentTarget.value)} />;
  return (
    <input
      {...attributes}
      type="number"
      value={String(value)}
      min={rule.minimum}
      max={rule.maximum}
      step={rule.type === 'integer' ? 1 : 'any'}
      onInput={(typed) => set(typed.currentTarget.value === '' ? rule.default : Number(typed.currentTarget.value))}
    />
  );
}

export function Parameters({ template, errors }: { template: TemplateAnswer; errors: readonly FieldError[] }) {
  const given = draft.value.parameters;
  return (
    <>
      {Object.entries(template.parameters).map(([name, rule]) => (
        <Field key={name} label={name} hint={rule.description} errors={about(errors, `parameters.${name}`)}>
          {(attributes) => (
            <Input
              {...attributes}
              rule={rule}
              value={given[name] ?? rule.default}
              set={(to) => change({ parameters: { ...given, [name]: to } })}
            />
          )}
        </Field>
      ))}
    </>
  );
}
