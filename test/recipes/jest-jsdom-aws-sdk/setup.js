// The AWS SDK needs these two, and jsdom does not have them. Coracle itself needs nothing from here.
const { TextDecoder, TextEncoder } = require('node:util');

Object.assign(globalThis, { TextDecoder, TextEncoder });
