/** Returns a promise, and what fulfils it. */
export function signal(): { given: Promise<void>; give: () => undefined } {
  let resolve = () => {};
  const given = new Promise<void>((done) => {
    resolve = done;
  });
  return { given, give: () => void resolve() as undefined };
}
