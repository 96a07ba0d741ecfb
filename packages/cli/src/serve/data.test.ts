import { chmod } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { openData } from './data.ts';

describe('openData', () => {
  it.skipIf(process.platform === 'win32')('says that others may write in the folder, and opens it', async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const said = vi.fn();
    await (await openData(path, said)).close();
    expect(said).not.toHaveBeenCalled();
    await chmod(path, 0o777);
    await (await openData(path, said)).close();
    expect(said.mock.calls).toEqual([[expect.stringMatching(`^Other users may write in ${path}, and can `)]]);
  });
});
