import { skipGroup } from '../support/groups.ts';

skipGroup('everything in workerd', `workerd does not run here: ${process.env['TESTS_NO_WORKERD']}`, 'workerd');
