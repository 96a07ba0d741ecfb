import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { library } from '../../tsup.base.ts';

const inlined = dirname(createRequire(import.meta.url).resolve('sorted-btree/package.json'));
const licence = readFileSync(join(inlined, 'LICENSE'), 'utf8').trim();

export default {
  ...library(),
  // Node takes 12 ms to look through a CommonJS module for its exports, a third of the time to a registry's first call.
  noExternal: ['sorted-btree'],
  banner: { js: `/*! This file includes sorted-btree.\n\n${licence}\n*/` },
};
