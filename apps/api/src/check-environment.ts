import { environmentOrExit } from './environment-or-exit.js';

// Run by `npm start` before it starts anything: what `main` would refuse later is refused here.
environmentOrExit();
