import { createHash } from 'node:crypto';
import { connect } from 'node:net';

/*
 * Pushes so many blobs of so many MiB at once to a server at this port, each in small chunks as a slow client sends them,
 * and prints the status of each answer. In a process of its own: it hashes, and the server should not wait for that.
 */

const [port = 0, uploads = 0, mebibytes = 0] = process.argv.slice(2).map(Number);
const chunkBytes = 256 * 1024;
const chunks = (mebibytes * 1024 * 1024) / chunkBytes;

const chunkOf = (upload: number, chunk: number): Buffer => Buffer.alloc(chunkBytes, (upload * 31 + chunk) % 251);

function digestOf(upload: number): string {
  const hash = createHash('sha256');
  for (let chunk = 0; chunk < chunks; chunk++) hash.update(chunkOf(upload, chunk));
  return `sha256:${hash.digest('hex')}`;
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function push(upload: number, digest: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket
    .on('error', () => undefined)
    .on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
  const head = [
    `POST /v2/slow/r${upload}/blobs/uploads/?digest=${digest} HTTP/1.1`,
    'Host: localhost',
    `Content-Length: ${chunks * chunkBytes}`,
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  for (let chunk = 0; chunk < chunks && !socket.destroyed; chunk++) {
    if (!socket.write(chunkOf(upload, chunk))) {
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
    await turn();
  }
  await closed;
  return answer.slice(0, 'HTTP/1.1 201'.length);
}

const digests = Array.from({ length: uploads }, (_, upload) => digestOf(upload));
const answers = await Promise.all(digests.map((digest, upload) => push(upload, digest)));
console.log(JSON.stringify(answers));
