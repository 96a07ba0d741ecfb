import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Page } from 'playwright';
import { expect, onTestFinished } from 'vitest';
import { root } from '../readme/code-blocks.ts';
import { describeUnless } from '../support/engine-groups.ts';
import type { Tab } from '../support/engines.ts';
import { test } from './given.ts';

const notAsked = 'only the DevTools of Chromium say whether a page can be installed';

/** Starts demos/02-browser-offline as `npm run browser` does, on the packages that are built already. Returns its address, and a function that stops it. */
async function startDemo(): Promise<{ url: string; stop: () => Promise<void> }> {
  const demo: ChildProcess = spawn(process.execPath, [`${root}demos/02-browser-offline/start.mjs`, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(demo, 'close');
  const stop = async (): Promise<void> => {
    demo.kill();
    await ended;
  };
  onTestFinished(stop);
  let said = '';
  for await (const text of demo.stdout ?? []) {
    said += text;
    const [url] = /http:\S+\//.exec(said) ?? [];
    if (url !== undefined) return { url, stop };
  }
  throw new Error(`The demo ended: ${said}`);
}

/** The page of the demo in a tab, used as a user does. */
class Demo {
  readonly tab: Tab;
  constructor(tab: Tab) {
    this.tab = tab;
  }

  /** Waits until the page says something. */
  says(text: string | RegExp): Promise<void> {
    return this.#shows('#status', text);
  }

  lists(text: string | RegExp): Promise<void> {
    return this.#shows('#repositories', text);
  }

  async create(name: string): Promise<void> {
    await this.tab.evaluate((name) => {
      const form = document.querySelector('form') as HTMLFormElement;
      (form.elements.namedItem('name') as HTMLInputElement).value = name;
      form.requestSubmit();
    }, name);
  }

  /** Presses the button that screen readers call so. */
  async press(label: string): Promise<void> {
    await this.tab.evaluate((label) => {
      const button = document.querySelector<HTMLButtonElement>(`button[aria-label="${label}"]`);
      if (!button) throw new Error(`The page has no button '${label}': ${document.body.textContent}`);
      button.focus();
      button.click();
    }, label);
  }

  async #shows(selector: string, text: string | RegExp): Promise<void> {
    const shown = () => this.tab.evaluate((selector) => document.querySelector(selector)?.textContent, selector);
    await expect.poll(shown, { timeout: 60_000 }).toMatch(text);
  }
}

test('the demo creates, pushes, lists, pulls and deletes, also without a network, after a reload and in a second tab', async ({
  browser,
}) => {
  const { url, stop } = await startDemo();
  const first = new Demo(await browser.newPage());
  await first.tab.goto(url);
  await first.says('Ready');
  await first.create('team/web');
  await first.lists('registry.example/');
  await first.press('Push a generated image to team/web');
  await first.says(/^Pushed team\/web:v1, sha256:/);
  await first.press('Pull team/web v1');
  await first.says(/^Pulled sha256:.* all digests match\.$/);

  await stop();
  await first.tab.reload();
  await first.says('Ready');
  await first.lists(/v1.*sha256:/s);
  const second = new Demo(await browser.newPage());
  await second.tab.goto(url);
  await second.says('Ready');
  await second.press('Push a generated image to team/web');
  await second.says(/^Pushed team\/web:v2, sha256:/);
  await first.lists(/v2.*sha256:/s);
  await first.press('Pull team/web v2');
  await first.says(/^Pulled sha256:/);

  await first.press('Delete team/web v1');
  await first.says(/^Deleted sha256:/);
  await first.press('Delete repository team/web');
  await first.says('Deleted team/web.');
  await second.lists(/^$/);
});

test('the demo tells the user why a call failed, and goes on', async ({ browser }) => {
  const { url } = await startDemo();
  const demo = new Demo(await browser.newPage());
  await demo.tab.goto(url);
  await demo.says('Ready');
  await demo.create('NO');
  await demo.says(/^InvalidParameterException: .*repositoryName/);
  // The user can correct the name.
  const name = () => demo.tab.evaluate(() => document.querySelector('input')?.value);
  await expect.poll(name).toBe('NO');
  await demo.create('team/web');
  await demo.says('Created team/web.');
  expect(await name()).toBe('');
});

test('the demo leaves the focus next to an image or a repository that is deleted', async ({ browser }) => {
  const { url } = await startDemo();
  const demo = new Demo(await browser.newPage());
  await demo.tab.goto(url);
  await demo.says('Ready');
  await demo.create('team/web');
  await demo.lists('registry.example/');
  await demo.press('Push a generated image to team/web');
  await demo.says(/^Pushed team\/web:v1/);
  const focus = () => demo.tab.evaluate(() => document.activeElement?.textContent?.trim());
  expect(await focus()).toBe('Push a generated image');
  await demo.press('Delete team/web v1');
  await demo.says(/^Deleted sha256:/);
  await expect.poll(focus).toBe('team/web');
  await demo.press('Delete repository team/web');
  await demo.says('Deleted team/web.');
  await expect.poll(focus).toBe('A container registry in this browser');
});

test('the demo shows all of an image in a window of 320 pixels', async ({ browser }) => {
  const { url } = await startDemo();
  const demo = new Demo(await browser.newPage());
  await demo.tab.goto(url);
  await demo.says('Ready');
  await demo.create(`${'long-name-'.repeat(15)}end`);
  await demo.lists('registry.example/');
  const label = await demo.tab.evaluate(() => document.querySelector('[data-part="push"]')?.ariaLabel);
  await demo.press(String(label));
  await demo.says(/^Pushed/);
  // A frame has a viewport of its own, in every engine.
  const cut = await demo.tab.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'width: 320px; border: 0';
    frame.src = location.href;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    const page = frame.contentDocument as Document;
    while (!page.querySelector('[data-part="pull"]')) await new Promise(requestAnimationFrame);
    return [...page.querySelectorAll('section *')]
      .filter((it) => it.getBoundingClientRect().right > 320)
      .map((it) => it.textContent);
  });
  expect(cut).toEqual([]);
});

test('the demo says that the browser cannot keep the files of the page', async ({ browser }) => {
  const { url } = await startDemo();
  await rm(`${root}demos/02-browser-offline/dist/icon.svg`);
  const demo = new Demo(await browser.newPage());
  await demo.tab.goto(url);
  await demo.says(/^Error: The service worker cannot be installed/);
});

describeUnless({ firefox: notAsked, webkit: notAsked }, 'the demo as an app', () => {
  test('can be installed', async ({ browser }) => {
    const { url } = await startDemo();
    const page = (await browser.newPage()) as Page;
    await page.goto(url);
    await new Demo(page).says('Ready');
    const devTools = await page.context().newCDPSession(page);
    expect((await devTools.send('Page.getAppManifest')).errors).toEqual([]);
    expect((await devTools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
  });
});
