import type { FileText, FolderListing, Plan } from '@wheelhouse/contract'

/** Whose files these are: a volume's or a container's. What a person may not do is null. */
export interface FilePlace {
  /** Names it among what is kept of answers. */
  readonly id: string
  readonly name: string
  /** Of the root, where the way through the folders begins. */
  readonly root: string
  list(path: string, signal: AbortSignal): Promise<FolderListing>
  read(path: string, signal: AbortSignal): Promise<FileText>
  readonly write: ((file: { path: string; text: string; digest?: string }) => Promise<FileText>) | null
  /** Unpacks a tar into a folder. */
  readonly upload: ((path: string, tar: Blob) => Promise<unknown>) | null
  /** Saves a file or folder as a tar on the machine of the person. */
  download(path: string): Promise<unknown>
  readonly remove: { plan(path: string): Promise<Plan>; run(path: string): Promise<unknown> } | null
}
