/** Codes that a person may meet: Azure's with our advice, and what ails a mixer. */
import { codeFamilies, codeTable } from '../../azure/error-codes.ts';
import { problemSchema, problemText } from '../../contract/problems.ts';
import { heading, type Page, table } from './page.ts';

const PARAMETERS = { source: 'programme', request: '*request*', reason: '*reason*', text: '*its own words*' };
const mixerRows = problemSchema.options.map((option): string[] => {
  const code = option.shape.code.value;
  return [`\`${code}\``, problemText(problemSchema.parse({ ...PARAMETERS, code }))];
});

export const errors: Page = {
  file: 'errors.md',
  text: () =>
    `${[
      heading('Error codes', '`azure/error-codes.ts` and `contract/problems.ts`').trimEnd(),
      "## Azure's codes",
      '`class` decides what is done by itself: `transient` and `throttled` are tried again, `capacity` in another size or region, the rest fails.',
      table(
        ['code', 'class', 'what to do'],
        [
          ...codeTable.map(([codes, rule]) => [codes.map((code) => `\`${code}\``).join(', '), rule.class, rule.advice]),
          ...codeFamilies.map((family) => [family.shown, family.class, family.advice]),
        ],
      ),
      '## What ails a mixer',
      "In `metrics`, in the status and on cards. A heartbeat's `problems` are what a restart may heal, `warnings` what none heals.",
      table(['code', 'in words'], mixerRows),
    ].join('\n\n')}\n`,
};
