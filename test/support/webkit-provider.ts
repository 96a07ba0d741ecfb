import { join } from 'node:path';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import { temporaryFolder } from './temporary-folder.ts';
import { launchWebKit, type WebKit } from './webkit.ts';

/** Runs vitest's tests inside pages of WebKitGTK. It knows no clicks and takes no screenshots. */
class WebKitProvider implements BrowserProvider {
  readonly name = 'webkitgtk';
  readonly supportsParallelism = false;
  #browser: Promise<{ webKit: WebKit; remove: () => Promise<void> }> | undefined;

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_: string, url: string): Promise<void> {
    this.#browser ??= this.#start();
    const { webKit } = await this.#browser;
    await (await webKit.newPage()).goto(url);
  }

  async close(): Promise<void> {
    const browser = await this.#browser;
    await browser?.webKit.close();
    await browser?.remove();
  }

  async #start() {
    const { path, remove } = await temporaryFolder();
    return { webKit: await launchWebKit(join(path, 'profile')), remove };
  }
}

/** @param other a provider, whose server is vitest's own and the same for all providers */
export const webKitProvider = (other: BrowserProviderOption): BrowserProviderOption => ({
  ...other,
  name: 'webkitgtk',
  supportedBrowser: ['webkit'],
  options: {},
  providerFactory: () => new WebKitProvider(),
});
