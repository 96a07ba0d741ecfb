import { setTimeout as wait } from 'node:timers/promises';
import { Inspector } from './inspector.ts';

interface Evaluated {
  readonly wasThrown?: boolean;
  readonly result: { readonly objectId?: string; readonly value?: unknown; readonly description?: string };
}

type Exposed = (...input: never[]) => unknown;

// A page's calls of the functions of the test come as lines of its console that start with this.
const callMark = 'coracle-test-calls ';

/** JSON, in which `undefined` survives. */
const encode = `((value) => JSON.stringify(value, (_, one) => (one === undefined ? { $undefined: 1 } : one)))`;
const decode = `((text) => JSON.parse(text, (_, one) => (one?.$undefined === 1 ? undefined : one)))`;
const encoded: (value: unknown) => string = new Function(`return ${encode}`)();
const decoded: (text: string) => unknown = new Function(`return ${decode}`)();

/** A page of WebKitGTK, with the methods of Playwright's pages that the tests use. */
export class WebKitTab {
  #inspector!: Inspector;
  readonly #exposed = new Map<string, Exposed>();

  static async connect(url: string): Promise<WebKitTab> {
    const tab = new WebKitTab();
    tab.#inspector = await Inspector.connect(url, (line) => tab.#logged(line));
    return tab;
  }

  #url = '';
  url(): string {
    return this.#url;
  }

  /** Runs a function in the page, and returns what its promise gives. Both ways pass JSON and `undefined` only. */
  async evaluate(run: ((input: never) => unknown) | string, input?: unknown): Promise<unknown> {
    const call = typeof run === 'string' ? run : `(${run})(${decode}(${JSON.stringify(encoded(input))}))`;
    const started = await this.#run('Runtime.evaluate', { expression: `(async () => ${encode}(await (${call})))()` });
    const { objectId } = started.result;
    const ended = await this.#run('Runtime.awaitPromise', { promiseObjectId: objectId, returnByValue: true });
    const { value } = ended.result;
    // JSON has no functions.
    return value === undefined ? undefined : decoded(String(value));
  }

  async #run(method: string, params: object): Promise<Evaluated> {
    const evaluated = (await this.#inspector.send(method, params)) as Evaluated;
    if (evaluated.wasThrown) throw new Error(evaluated.result.description ?? String(evaluated.result.value));
    return evaluated;
  }

  /** Lets the page call a function of the test, as a global of this name. */
  async exposeFunction(name: string, run: Exposed): Promise<void> {
    this.#exposed.set(name, run);
    await this.evaluate(expose, [name, callMark] as never);
  }

  async goto(url: string): Promise<void> {
    this.#url = url;
    await this.#load(() => this.#inspector.send('Page.navigate', { url }));
  }

  async reload(): Promise<void> {
    await this.#load(() => this.#inspector.send('Page.reload'));
  }

  async close(): Promise<void> {
    await this.#inspector.send('Runtime.evaluate', { expression: 'window.close()' }).catch(() => undefined);
    this.#inspector.close();
  }

  async #load(begin: () => Promise<unknown>): Promise<void> {
    await this.#run('Runtime.evaluate', { expression: 'globalThis.coracleTestLeaves = true' });
    // The process of the page may end before it answers.
    await begin().catch(() => undefined);
    const isLoaded = 'document.readyState === "complete" && !globalThis.coracleTestLeaves';
    for (;;) {
      const { result } = await this.#run('Runtime.evaluate', { expression: isLoaded }).catch(() => ({ result: {} }));
      if ('value' in result && result.value === true) break;
      await wait(10);
    }
    for (const name of this.#exposed.keys()) await this.evaluate(expose, [name, callMark] as never);
  }

  async #logged(line: string): Promise<void> {
    if (!line.startsWith(callMark)) return;
    const [name, id, input] = JSON.parse(line.slice(callMark.length)) as [string, number, never[]];
    const answer = await Promise.resolve(this.#exposed.get(name)?.(...input)).then(
      (value) => ({ id, value }),
      (error) => ({ id, error: String(error) }),
    );
    await this.evaluate(settle, answer as never).catch(() => undefined);
  }
}

interface Waiting {
  coracleTestCalls?: Map<number, { resolve(value: unknown): void; reject(error: Error): void }>;
}

// The page runs these two.

function expose([name, mark]: readonly [string, string]): void {
  const page = globalThis as Waiting & Record<string, unknown>;
  page.coracleTestCalls ??= new Map();
  const calls = page.coracleTestCalls;
  page[name] = (...input: unknown[]) =>
    new Promise((resolve, reject) => {
      const id = calls.size;
      calls.set(id, { resolve, reject });
      console.debug(mark + JSON.stringify([name, id, input]));
    });
}

function settle({ id, value, error }: { id: number; value?: unknown; error?: string }): void {
  const call = (globalThis as Waiting).coracleTestCalls?.get(id);
  if (error === undefined) call?.resolve(value);
  else call?.reject(new Error(error));
}
