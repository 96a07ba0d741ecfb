import { skipGroup } from '../support/groups.ts';

skipGroup('the tests in a browser', 'there is no Chromium here; install one, or name it in TESTS_CHROMIUM', 'chromium');
