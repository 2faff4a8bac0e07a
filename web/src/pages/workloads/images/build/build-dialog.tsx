import { useMutation } from '@tanstack/react-query'
import type { Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { jobs } from '../../../../api/observation/jobs.ts'
import { paths } from '../../../../paths.ts'
import { CheckLine, TextArea, TextField } from '../../../../ui/control/field.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { bytes, plural } from '../../../../ui/format/number.ts'
import { EngineField, useEngineChoice } from '../../engine-field.tsx'
import { readPairs } from '../../volumes/pairs.ts'
import { JobDialog } from '../job-dialog.tsx'
import { isReference } from '../words.ts'
import { type Context, dockerfileMistake, packContext, plainPath, readContext, type Sent, sentOf } from './context.ts'

const sources = [
  { value: 'folder', label: 'Folder' },
  { value: 'tar', label: 'Tar file' },
]

/** What would be sent of the folder, or why nothing can be. */
function readSent(
  context: Context | null,
  dockerfile: string,
): { readonly sent: Sent | null; readonly wrong: string | null } {
  if (!context) return { sent: null, wrong: 'Choose the folder that holds the Dockerfile.' }
  try {
    return { sent: sentOf(context, dockerfile), wrong: null }
  } catch (error) {
    return { sent: null, wrong: `${(error as Error).message}.` }
  }
}

function sentWords(sent: Sent | null): string {
  if (!sent) return 'It is sent to Wheelhouse, without what its .dockerignore leaves out.'
  const left = sent.leftOut > 0 ? `; ${sent.leftOut} left out by .dockerignore` : ''
  return `${plural(sent.files.length, 'file')}, ${bytes(sent.sizeBytes)}${left}`
}

/** Builds an image from a folder or a tar of this computer, and shows what each instruction prints. */
export function BuildDialog({ at, onClose }: { at: string; onClose: () => void }) {
  const { target, choose } = useEngineChoice('images', at)
  const [from, setFrom] = useState('folder')
  const [context, setContext] = useState<Context | null>(null)
  const [tar, setTar] = useState<File | null>(null)
  const [tag, setTag] = useState('')
  const [dockerfile, setDockerfile] = useState('Dockerfile')
  const [stage, setStage] = useState('')
  const [args, setArgs] = useState('')
  const [pull, setPull] = useState(false)
  const [noCache, setNoCache] = useState(false)
  const [job, setJob] = useState<Job | null>(null)
  const folder = readSent(context, dockerfile)
  const file = plainPath(dockerfile)
  const wrong = {
    ...(from === 'folder'
      ? { folder: folder.wrong, dockerfile: context && file ? dockerfileMistake(context, dockerfile) : null }
      : { tar: tar ? null : 'Choose a tar of the folder that holds the Dockerfile.' }),
    tag: isReference(tag.trim()) && !tag.includes('@') ? null : 'Use a name such as shop/web:2.',
    args: readPairs(args).wrong,
  }
  const build = useMutation({
    mutationFn: (body: Blob) =>
      client.images.build(
        {
          target,
          tag: tag.trim(),
          ...(file && file !== 'Dockerfile' ? { dockerfile: file } : {}),
          ...(stage.trim() ? { stage: stage.trim() } : {}),
          ...(args.trim() ? { args: args.trim() } : {}),
          ...(pull ? { pull } : {}),
          ...(noCache ? { noCache } : {}),
        },
        body,
      ),
    onSuccess: (started) => {
      jobs.set(started)
      setJob(started)
    },
  })
  if (job)
    return (
      <JobDialog
        started={job}
        onClose={onClose}
        made={
          <Go className="btn" href={paths.newContainer(target, tag.trim())}>
            Run it…
          </Go>
        }
      />
    )
  const body = from === 'tar' ? tar : folder.sent && packContext(folder.sent.files)
  return (
    <FormDialog
      wide
      title="Build an image"
      act={build.isPending && body ? `Sending ${bytes(body.size)}` : 'Build image'}
      busy={build.isPending}
      error={build.error}
      wrong={wrong}
      onAct={() => body && build.mutate(body)}
      onClose={onClose}
    >
      {(words) => (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Name"
              name="tag"
              className="mono"
              hint="Such as shop/web:2. With the address of a registry in front it can be pushed there."
              value={tag}
              error={words.tag}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTag(event.target.value)}
            />
            <EngineField kind="images" label="On" value={target} onChange={choose} />
          </div>
          <div>
            <Segment label="Build from" value={from} options={sources} onPick={setFrom} />
          </div>
          {from === 'folder' ? (
            <TextField
              key="folder"
              label="Folder"
              type="file"
              folder
              error={words.folder}
              hint={sentWords(folder.sent)}
              onChange={(event) => void readContext([...(event.target.files ?? [])]).then(setContext)}
            />
          ) : (
            <TextField
              key="tar"
              label="Tar file"
              type="file"
              accept=".tar,.tgz,.gz,.bz2,.xz"
              error={words.tar}
              hint={tar ? bytes(tar.size) : 'Of the folder that holds the Dockerfile; it may be compressed.'}
              onChange={(event) => setTar(event.target.files?.[0] ?? null)}
            />
          )}
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Dockerfile"
              className="mono"
              hint="Its path in there."
              value={dockerfile}
              error={words.dockerfile}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setDockerfile(event.target.value)}
            />
            <TextField
              label="Stage"
              aside="optional"
              className="mono"
              hint="The last one unless told."
              value={stage}
              error={words.stage}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setStage(event.target.value)}
            />
          </div>
          <TextArea
            label="Build arguments"
            name="args"
            aside="optional"
            className="mono"
            rows={2}
            hint="One NAME=value a line. They stay in the history of the image, so no secrets."
            value={args}
            error={words.args}
            spellCheck={false}
            onChange={(event) => setArgs(event.target.value)}
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <CheckLine
              label="Pull newer base images"
              hint="Else those that the engine has are taken."
              checked={pull}
              onChange={(event) => setPull(event.target.checked)}
            />
            <CheckLine
              label="Run every instruction anew"
              hint="Nothing is taken from the build cache."
              checked={noCache}
              onChange={(event) => setNoCache(event.target.checked)}
            />
          </div>
        </>
      )}
    </FormDialog>
  )
}
