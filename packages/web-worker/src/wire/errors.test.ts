import { expect, it } from 'vitest';
import { receiveError, sendError } from './errors.ts';

/** Sends an error as a message does. */
const sent = (error: unknown): unknown => receiveError(structuredClone(sendError(error)));

it('carries what can be carried of an error with members of all kinds', () => {
  const error = Object.assign(new TypeError('wrong'), { code: 'EIO', retry: () => 1, bare: Object.create(null) });
  expect(sent(error)).toBeInstanceOf(TypeError);
  expect(sent(error)).toMatchObject({ message: 'wrong', code: 'EIO', retry: '() => 1' });
  expect(sent(Object.assign(new Error('odd'), { message: { toString: () => 'text' } }))).toMatchObject({
    message: 'text',
  });
});

it('carries an error whose members cannot be read as an error that says so', () => {
  const error = Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('no');
    },
  });
  expect(sent(error)).toEqual(new Error('An error was thrown whose members cannot be read'));
  expect(sent(new Error('outer', { cause: error }))).toMatchObject({
    message: 'outer',
    cause: { message: 'An error was thrown whose members cannot be read' },
  });
});

it('carries a long chain of causes without its end', () => {
  let chain = new Error('0');
  for (let i = 1; i <= 100_000; i++) chain = new Error(`${i}`, { cause: chain });
  expect(sent(chain)).toMatchObject({ message: '100000', cause: { message: '99999' } });
});

it('carries values that are not errors, and the text of those that cannot be sent', () => {
  const odd = {
    toString: () => {
      throw new Error('no');
    },
    call: () => 1,
  };
  expect([7, null, { a: 1 }, Symbol('s'), odd].map(sent)).toEqual([7, null, { a: 1 }, 'Symbol(s)', '[object Object]']);
});
