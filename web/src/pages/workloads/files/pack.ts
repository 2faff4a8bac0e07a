import { tarEnd, tarHeader, tarPadding } from '@wheelhouse/client/tar'

/** A tar of files that were picked or dropped. Read by the browser as it is sent, not held in memory. */
export function packed(files: readonly File[]): Blob {
  return new Blob([
    ...files.flatMap((file) => [
      tarHeader({
        // Of a folder that was picked, the way to the file.
        name: file.webkitRelativePath || file.name,
        kind: 'file',
        sizeBytes: file.size,
        mode: 0o644,
        modifiedAtMs: file.lastModified,
      }),
      file,
      tarPadding(file.size),
    ]),
    tarEnd(),
  ])
}
