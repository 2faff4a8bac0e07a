import type { WrittenFile } from '../config-files.ts'
import type { StepKind } from '../saga/step-kinds.ts'

export interface FilesArgs extends Record<string, unknown> {
  readonly releaseFiles: readonly {
    readonly app: string | null
    readonly to: string
    readonly path: string
    readonly mode: number
  }[]
  readonly backupFolder: string
  /** Where the texts are: those of a release, or rendered anew from the project. */
  readonly releaseId: string | null
}

/** Puts config files of a kept release in place; undone byte by byte. What a deployment renders anew is written by its stage. */
export const filesWrite: StepKind<FilesArgs, readonly WrittenFile[]> = {
  async do(args, context) {
    const texts = context.files(args.releaseId)
    const files = await texts
    return context.room.configs.write(
      args.releaseFiles.map((file) => {
        const found = files.find((one) => one.to === file.to)
        if (!found) throw new Error(`the text of ${file.to} is not known any more`)
        return { ...file, text: found.text, before: null }
      }),
      args.backupFolder,
    )
  },
  async undo(args, result, context) {
    const written = result ?? (await context.room.configs.written(args.backupFolder))
    if (written.length === 0) return null
    await context.room.configs.restore(written)
    return `${written.length} config files are as they were.`
  },
}
