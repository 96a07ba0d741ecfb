import { defineConfig } from '@playwright/test';

const url = 'http://127.0.0.1:5183/';

export default defineConfig({
  use: {
    baseURL: url,
    // Without CHROMIUM_PATH, Playwright starts the Chromium that `npx playwright install chromium` has installed.
    launchOptions: { executablePath: process.env.CHROMIUM_PATH },
  },
  webServer: { command: 'vite --host 127.0.0.1 --port 5183 --strictPort', url },
});
