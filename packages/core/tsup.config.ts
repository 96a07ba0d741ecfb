import { library } from '../../tsup.base.ts';

// The entries share classes and engines, so they must share the modules too. No module of this package has side effects.
export default library({ splitting: true });
