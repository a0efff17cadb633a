/** Who may be wanted on air. `auto`: the main presenter whenever it is well; a presenter by name stays on air while it lives. */
export const WANTED_PRESENTERS = ['main', 'backup', 'auto'] as const;
export type WantedPresenter = (typeof WANTED_PRESENTERS)[number];
