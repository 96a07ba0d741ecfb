import { describe, expect, it } from 'vitest';
import type { Access } from '../serve/access.ts';
import { accessLine } from './access-line.ts';

const access: Access = {
  at: new Date(2026, 0, 1, 9, 30, 5),
  method: 'POST',
  path: '/',
  operation: 'ecr-public:CreateRepository',
  status: 200,
  milliseconds: 3.21,
  bytesIn: 412,
  bytesOut: 730,
};

describe('accessLine', () => {
  it('tells a call of AWS by its operation', () => {
    expect(accessLine(access, false)).toBe('09:30:05 POST / ecr-public:CreateRepository 200 3.2ms in=412 out=730');
  });

  it('tells any other request by its path', () => {
    const line = accessLine(
      { ...access, method: 'GET', path: '/v2/', operation: undefined, milliseconds: 1234.5 },
      false,
    );
    expect(line).toBe('09:30:05 GET /v2/ 200 1235ms in=412 out=730');
  });

  it('tells that the answer did not reach the client', () => {
    expect(accessLine({ ...access, status: undefined }, false)).toContain(' aborted ');
  });

  it('paints by status, and only where it is asked to', () => {
    const painted = (status: number) => accessLine({ ...access, status }, true);
    expect(painted(200)).toContain('\u001b[32m200\u001b[0m');
    expect(painted(404)).toContain('\u001b[33m404\u001b[0m');
    expect(painted(500)).toContain('\u001b[31m500\u001b[0m');
    expect(accessLine(access, false)).not.toContain('\u001b');
  });
});
