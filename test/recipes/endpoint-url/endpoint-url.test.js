const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const { after, before, test } = require('node:test');

let server;
let origin;
before(async () => {
  server = spawn('npx', ['coracle', 'serve', '--port', '0'], { detached: true });
  origin = await new Promise((resolve) => {
    server.stdout.setEncoding('utf8').on('data', (text) => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (address) resolve(address);
    });
  });
});
after(() => process.kill(-server.pid));

const run = (variables) =>
  execFileSync('python3', ['images.py'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_DEFAULT_REGION: 'us-east-1',
      ...variables,
    },
  });

for (const names of [['AWS_ENDPOINT_URL_ECR', 'AWS_ENDPOINT_URL_ECR_PUBLIC'], ['AWS_ENDPOINT_URL']]) {
  test(`a program in Python finds the registry by ${names.join(' and ')}`, () => {
    const said = run(Object.fromEntries(names.map((name) => [name, origin])));
    assert.equal(said, "ecr-public ['team/web']\necr ['team/web']\n");
  });
}
