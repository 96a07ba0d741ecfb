import type { Access } from '../serve/access.ts';

const colours = { dim: '\u001b[2m', green: '\u001b[32m', yellow: '\u001b[33m', red: '\u001b[31m', end: '\u001b[0m' };

/**
 * Returns the line of the text log for a request, such as `09:30:05 POST / ecr-public:CreateRepository 200 3ms in=412
 * out=730`. `in` and `out` are the numbers of bytes that were received and sent for the request, headers included. If
 * `coloured` is true, the line has colours for a terminal.
 */
export function accessLine(access: Access, coloured: boolean): string {
  const paint = (colour: keyof typeof colours, text: string) =>
    coloured ? colours[colour] + text + colours.end : text;
  const { status } = access;
  return [
    paint('dim', access.at.toTimeString().slice(0, 8)),
    access.method,
    access.path,
    ...(access.operation === undefined ? [] : [access.operation]),
    status === undefined
      ? paint('yellow', 'aborted')
      : paint(status < 400 ? 'green' : status < 500 ? 'yellow' : 'red', String(status)),
    paint('dim', `${access.milliseconds.toFixed(access.milliseconds < 10 ? 1 : 0)}ms`),
    paint('dim', `in=${access.bytesIn} out=${access.bytesOut}`),
  ].join(' ');
}
