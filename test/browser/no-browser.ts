import { inject } from 'vitest';
import { howToInstall } from '../../scripts/browsers.mjs';
import { skipGroup } from '../support/groups.ts';

const engine = inject('engine');
skipGroup(`the tests in ${engine}`, `this machine has no ${engine}: ${howToInstall[engine]}`, engine);
