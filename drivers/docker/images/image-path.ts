import { Failure } from '@wheelhouse/contract'

/** Slashes are part of a name; nothing in it may lead elsewhere. */
export function imagePath(reference: string): string {
  const parts = reference.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new Failure('NOT_FOUND', `There is no image "${reference}".`, { kind: 'image', id: reference })
  return `/images/${parts.map(encodeURIComponent).join('/')}`
}

/** Name and tag of a reference, `latest` where it has none; a digest counts as the tag. */
export function splitReference(image: string): { name: string; tag: string } {
  const at = image.indexOf('@')
  if (at !== -1) return { name: image.slice(0, at), tag: image.slice(at + 1) }
  const colon = image.lastIndexOf(':')
  if (colon > image.lastIndexOf('/')) return { name: image.slice(0, colon), tag: image.slice(colon + 1) }
  return { name: image, tag: 'latest' }
}
