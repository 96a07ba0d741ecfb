/** Leaves out of a package that is published the condition under which the workspace finds its sources. */
function beforePacking(manifest) {
  const exports = Object.entries(manifest.exports ?? {}).map(([path, target]) => {
    if (typeof target === 'string') return [path, target];
    const { '@coracle/source': _, ...published } = target;
    return [path, published];
  });
  return { ...manifest, exports: Object.fromEntries(exports) };
}

module.exports = { hooks: { beforePacking } };
