import { describe, expect, it } from 'vitest';
import { writeOutput, writeOutputInTurns } from './output.ts';

describe('an output', () => {
  it('is an empty object where there is none', () => {
    expect(writeOutput(undefined)).toBe('{}');
    expect(writeOutput(null)).toBe('{}');
    expect(writeOutput({})).toBe('{}');
  });

  it('has times in seconds, with milliseconds as a fraction', () => {
    const at = { at: new Date(1448875853241), whole: new Date(1448875853000), zero: new Date(0) };
    expect(writeOutput({ ...at, list: [{ at: new Date(1) }] })).toBe(
      '{"at":1448875853.241,"whole":1448875853,"zero":0,"list":[{"at":0.001}]}',
    );
  });

  it('leaves out what has no value, and keeps what is empty', () => {
    expect(writeOutput({ nextToken: undefined, failures: [], tags: {}, text: '', no: false, n: 0 })).toBe(
      '{"failures":[],"tags":{},"text":"","no":false,"n":0}',
    );
  });

  it('has members of any name', () => {
    expect(writeOutput(JSON.parse('{"__proto__":{"a":1},"toJSON":"b"}'))).toBe('{"__proto__":{"a":1},"toJSON":"b"}');
  });
});

describe('an output that is written in turns', () => {
  const imageIds = Array.from({ length: 10_001 }, (_, i) => ({ imageDigest: undefined, at: new Date(i) }));

  it.each([undefined, {}, { failures: [] }, { imageIds }, { failures: [], imageIds, nextToken: undefined }])(
    'is the same (%#)',
    async (output) => {
      expect(JSON.parse(await writeOutputInTurns(output))).toEqual(JSON.parse(writeOutput(output)));
    },
  );
});
