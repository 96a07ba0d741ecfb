/** The worst state that a client may leave behind. */

export const alias = 'bench';
/** The repository of very many tags. */
export const big = 'big';
export const imageCount = 1000;
export const tagsPerImage = 1000;
/** The subject of very many images in the repository `referrers`. */
export const subject = `sha256:${'1'.repeat(64)}`;
export const referrerCount = 100_000;
