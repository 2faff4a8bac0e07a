import { tarEnd, tarHeader, tarPadding } from '@wheelhouse/client/tar'

/** How a file is called in the tar, and with which permission bits. */
interface PackedAs {
  readonly name: string
  readonly mode: number
}

/** Of a folder that was picked, the way to the file. */
const asPicked = (file: File): PackedAs => ({ name: file.webkitRelativePath || file.name, mode: 0o644 })

/** A tar of files that were picked or dropped. Read by the browser as it is sent, not held in memory. */
export function packed(files: readonly File[], as: (file: File) => PackedAs = asPicked): Blob {
  return new Blob([
    ...files.flatMap((file) => [
      tarHeader({ ...as(file), kind: 'file', sizeBytes: file.size, modifiedAtMs: file.lastModified }),
      file,
      tarPadding(file.size),
    ]),
    tarEnd(),
  ])
}
