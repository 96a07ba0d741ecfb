/** Packs the published packages into an empty folder; gives the tarballs by name. Throws if one cannot be packed. */
export function packInto(folder: string): Promise<Map<string, string>>;
