import { expect, it } from 'vitest';
import { accessRecord } from './access-record.ts';

const access = {
  at: new Date('2026-01-01T09:30:05Z'),
  method: 'POST',
  path: '/',
  operation: 'ecr-public:CreateRepository',
  status: 200,
  milliseconds: 3.21456,
  bytesIn: 412,
  bytesOut: 730,
};

it('writes a request as one line of JSON', () => {
  expect(accessRecord(access)).toBe(
    '{"time":"2026-01-01T09:30:05.000Z","event":"request","method":"POST","path":"/",' +
      '"operation":"ecr-public:CreateRepository","status":200,"milliseconds":3.215,"bytesIn":412,"bytesOut":730}',
  );
});

it('keeps the members that a request does not have', () => {
  const record: unknown = JSON.parse(accessRecord({ ...access, operation: undefined, status: undefined }));
  expect(record).toMatchObject({ operation: null, status: null });
});
