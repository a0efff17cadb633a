import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { followPlace } from './state/live.ts';
import { askMe } from './state/me.ts';
import { resumeOperations } from './state/operations.ts';
import { language } from './state/settings.ts';
import './styles/base.css';
import './styles/parts.css';
import './styles/list.css';
import './styles/event.css';
import './styles/monitor.css';
import './styles/draw.css';
import './styles/form.css';
import './styles/frame.css';
import './styles/narrow.css';
import { loadTexts } from './texts/locale.ts';

effect(() => {
  void language.value;
  void loadTexts();
});
followPlace();
resumeOperations();
void askMe();
const root = document.getElementById('page');
if (root) render(<App />, root);
