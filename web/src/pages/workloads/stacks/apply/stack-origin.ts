import { useQuery } from '@tanstack/react-query'
import type { StackFormat } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import type { Files } from './file-list.tsx'

export type Draft = Awaited<ReturnType<typeof client.stacks.draft>>

/** What the page begins with: a text of one's own, the file of a stack that is changed, or a draft for one that is adopted. */
export interface Origin {
  readonly source: string
  readonly directory: string
  readonly files: Files
  /** The stack that is there: its name and target are not chosen. */
  readonly known: {
    readonly id: string
    readonly name: string
    readonly format: StackFormat
    readonly targetId: string
    readonly targetName: string
  } | null
  /** Of one that is adopted. */
  readonly draft: Draft | null
}
export interface Asked {
  /** The stack that is changed. */
  readonly id: string | undefined
  /** The found stack that is adopted, or empty. */
  readonly adopt: string
  /** The example that is tried, or empty. */
  readonly example: string
}

const blank = `name: my-stack
services:
  clock:
    command: [sh, -c, 'while true; do date; sleep 5; done']
    directory: /tmp
`

async function originOf({ id, adopt, example }: Asked): Promise<Origin> {
  if (id !== undefined) {
    const stack = await client.stacks.get({ id })
    return { source: stack.source ?? '', directory: stack.directory ?? '', files: {}, known: stack, draft: null }
  }
  if (adopt !== '') {
    const draft = await client.stacks.draft({ id: adopt })
    const { source, directory, files } = draft
    return { source, directory: directory ?? '', files, known: { ...draft, id: adopt }, draft }
  }
  const { items } = example === '' ? { items: [] } : await client.stacks.examples()
  const sample = items.find(({ name }) => name === example)
  return { source: sample?.source ?? blank, directory: sample?.directory ?? '', files: {}, known: null, draft: null }
}

/** Asked for once a visit: a list that is asked for anew must not change a file while it is written. */
export const useOrigin = (asked: Asked) =>
  useQuery({
    queryKey: keys.stackOrigin(asked),
    queryFn: () => originOf(asked),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
