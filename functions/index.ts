/** The composition root: what the Functions worker loads (`main` of package.json). Settings and templates are checked first. */
import { app } from '@azure/functions';
import { registerActivities } from '../activities/register.ts';
import { settings } from '../azure/settings.ts';
import { registerEntities } from '../entities/register.ts';
import { registerOrchestrations } from '../orchestrations/register.ts';
import { flush, tellTo } from '../telemetry/outbox.ts';
import { templates } from './catalogue.ts';
import { open } from './door.ts';
import { doors } from './doors.ts';
import { pageDoor } from './page.ts';
import { registerTimers } from './timers.ts';

tellTo(settings().telemetry);
templates();
// Server-sent events need it (Microsoft Learn, "HTTP streams in Node.js").
app.setup({ enableHttpStream: true });
app.hook.appTerminate(() => flush());
registerOrchestrations();
registerActivities();
open([...doors, pageDoor]);
registerEntities();
registerTimers();
