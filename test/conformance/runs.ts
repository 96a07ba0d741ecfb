import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readJunit, type Score } from './junit.ts';
import { alias, type Login, type Served } from './server.ts';
import { main, type Suite, v1 } from './suites.ts';

/** A suite in one of its profiles. */
export interface Run {
  readonly name: string;
  readonly suite: Suite;
  /** Returns the variables that configure the suite. No test is switched off. */
  environment(host: string, first: string, second: string, results: string): NodeJS.ProcessEnv;
}

/** Any credentials will do if access is open. */
const anyLogin: Login = { username: 'any', password: 'any' };

const profile = (version: '1.1' | 'dev'): Run => ({
  name: `main, ${version}`,
  suite: main,
  environment: (host, first, second, results) => ({
    OCI_VERSION: version,
    OCI_REGISTRY: host,
    OCI_TLS: 'disabled',
    OCI_REPO1: first,
    OCI_REPO2: second,
    OCI_RESULTS_DIR: results,
  }),
});

export const runs: readonly Run[] = [
  profile('1.1'),
  profile('dev'),
  {
    name: 'v1.1.1',
    suite: v1,
    environment: (host, first, second, results) => ({
      OCI_ROOT_URL: `http://${host}`,
      OCI_NAMESPACE: first,
      OCI_CROSSMOUNT_NAMESPACE: second,
      // Without `from`, a mount does not search other repositories. The suite tests that only if this has a value.
      OCI_AUTOMATIC_CROSSMOUNT: '0',
      OCI_TEST_PULL: '1',
      OCI_TEST_PUSH: '1',
      OCI_TEST_CONTENT_DISCOVERY: '1',
      OCI_TEST_CONTENT_MANAGEMENT: '1',
      OCI_REPORT_DIR: results,
    }),
  },
];

/** How a repository is addressed: in the private registry by its name, in the public one below the alias. */
export const forms = { private: '', public: `${alias}/` } as const;
export type Form = keyof typeof forms;

/** Runs a suite against a server, in repositories of its own. */
export async function score({ name, environment }: Run, program: string, form: Form, served: Served): Promise<Score> {
  const { host, login = anyLogin } = served;
  const results = await temporaryFolder();
  const repository = `${forms[form]}${name.replace(/[^a-z0-9.]+/g, '-')}`;
  // Variables of the same names from outside would configure it, too.
  const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith('OCI_'));
  try {
    const { stdout, stderr } = await run(program, [], {
      cwd: results.path,
      env: {
        ...Object.fromEntries(inherited),
        OCI_USERNAME: login.username,
        OCI_PASSWORD: login.password,
        ...environment(host, `${repository}/one`, `${repository}/two`, results.path),
      },
    });
    const xml = await readFile(join(results.path, 'junit.xml'), 'utf8').catch(() => '');
    if (xml === '') throw new Error(`The suite ${name} wrote no results:\n${stdout}${stderr}`);
    return readJunit(xml);
  } finally {
    await results.remove();
  }
}
