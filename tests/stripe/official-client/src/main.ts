// Runs every group of checks against the stand-in named by STRIPE_STAND_IN.
// It must never pass when a group did not run.

import { errors } from './errors.js';
import { listedEvents } from './events.js';
import { objects } from './objects.js';
import { sessions } from './sessions.js';
import { webhooks } from './webhooks.js';
import { summary } from './check.js';

await sessions();
await errors();
await objects();
await listedEvents();
await webhooks();
process.exitCode = summary();
