import { chmod } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { openData } from './data.ts';

describe('openData', () => {
  it.skipIf(process.platform === 'win32')(
    'says on stderr that others may write in the folder, and opens it',
    async () => {
      const { path, remove } = await temporaryFolder();
      onTestFinished(remove);
      const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      onTestFinished(() => said.mockRestore());
      await (await openData(path)).close();
      expect(said).not.toHaveBeenCalled();
      await chmod(path, 0o777);
      await (await openData(path)).close();
      expect(said.mock.calls).toEqual([
        [expect.stringMatching(`^coracle: Other users may write in ${path}, and can `)],
      ]);
    },
  );
});
