/** Small, so that a short sequence reaches them. */
export const limits = {
  public: {
    repositoriesPerRegistry: 3,
    imagesPerRepository: 5,
    tagsPerImage: 3,
    layersPerImage: 2,
    partsPerLayer: 3,
    tagsPerResource: 3,
  },
  minPartBytes: 4,
  uploadLifetime: 60 * 60 * 1000,
};
