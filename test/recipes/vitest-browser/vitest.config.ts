import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

// Without CHROMIUM_PATH, Playwright starts the Chromium that `npx playwright install chromium` has installed.
const launchOptions = { executablePath: process.env.CHROMIUM_PATH };

export default defineConfig({
  test: {
    browser: {
      enabled: true,
      headless: true,
      provider: playwright({ launchOptions }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
