import { isMap, parseDocument } from 'yaml'

/** Puts images into the services of a Compose file, in place of `image` and `build`. Text that is no YAML stays as it is. */
export function setImages(source: string, images: ReadonlyMap<string, string>): string {
  const document = parseDocument(source, { schema: 'core', merge: false, uniqueKeys: false, keepSourceTokens: false })
  if (document.errors.length > 0) return source
  for (const [service, image] of images) {
    const found = document.getIn(['services', service], true)
    if (!isMap(found)) continue
    found.delete('build')
    // Anchored text must not be interpolated: an image of ours has no dollar sign.
    found.set('image', image)
    found.set('pull_policy', 'never')
  }
  return document.toString({ lineWidth: 0 })
}
