/** One of several, with its label on the same line. */
interface ChooseProps {
  label: string;
  value: string | undefined;
  options: readonly (readonly [value: string, text: string])[];
  pick: (value: string) => void;
}

export const Choose = ({ label, value, options, pick }: ChooseProps) => (
  <label class="inline">
    <span>{label}</span>
    <select value={value ?? ''} onChange={(picked) => pick(picked.currentTarget.value)}>
      {options.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
