import { build } from './build.mjs';
import { install } from './install.mjs';

// Serves the site of demos/02-browser-offline on this machine, and opens it in a browser. Ctrl-C stops it.
if (!install() || !(await build({ forServing: true }))) process.exit(1);
await import('../demos/02-browser-offline/start.mjs');
