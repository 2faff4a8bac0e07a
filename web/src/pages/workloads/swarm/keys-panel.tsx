import { useMutation } from '@tanstack/react-query'
import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

type Asked = 'worker' | 'manager' | 'key'

/** Tokens by which machines join, and the key of a locked Swarm. Shown when asked for, forgotten when hidden. */
export function KeysPanel({ swarm }: { swarm: Swarm }) {
  const one = { swarm: swarm.targetId }
  const [asked, setAsked] = useState<Asked | null>(null)
  const tokens = useMutation({ mutationFn: () => client.swarm.tokens(one), gcTime: 0 })
  const key = useMutation({ mutationFn: () => client.swarm.unlockKey(one), gcTime: 0 })
  const rotate = useMutation({
    mutationFn: async (what: Asked): Promise<Asked> => {
      if (what === 'key') await client.swarm.unlockKey({ ...one, rotate: true })
      else await client.swarm.rotateToken({ ...one, role: what })
      return what
    },
    gcTime: 0,
    onSuccess: (what) => {
      setAsked(null)
      toast({
        state: 'succeeded',
        title: what === 'key' ? 'There is a new unlock key' : `There is a new ${what} token`,
      })
      if (what === 'key') key.mutate()
      else if (tokens.data) tokens.mutate()
    },
  })
  const manager = tokens.data && tokens.data.command.replace(tokens.data.worker, tokens.data.manager)
  return (
    <Panel
      title="Keys"
      span={7}
      actions={
        tokens.data ? (
          <Button onClick={() => tokens.reset()}>Hide tokens</Button>
        ) : (
          <Button busy={tokens.isPending} onClick={() => tokens.mutate()}>
            Show tokens
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {tokens.error && <TroubleBox trouble={wordsFor(tokens.error)} />}
        {key.error && <TroubleBox trouble={wordsFor(key.error)} />}
        <p>
          A machine that is not registered here joins by a command with a token. Whoever has the token of managers can
          take over the Swarm; the audit log records who has looked.
        </p>
        {tokens.data && (
          <>
            <Secret label="Run this on a new worker" text={tokens.data.command} />
            {manager && <Secret label="Run this on a new manager" text={manager} />}
          </>
        )}
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setAsked('worker')}>Replace worker token…</Button>
          <Button onClick={() => setAsked('manager')}>Replace manager token…</Button>
        </div>
        {swarm.settings.autolock ? (
          <>
            <p>It is locked: a manager that restarts waits for the unlock key.</p>
            {key.data && <Secret label="Unlock key" text={key.data.key} />}
            <div className="flex flex-wrap gap-2">
              {key.data ? (
                <Button onClick={() => key.reset()}>Hide unlock key</Button>
              ) : (
                <Button busy={key.isPending} onClick={() => key.mutate()}>
                  Show unlock key
                </Button>
              )}
              <Button onClick={() => setAsked('key')}>Replace unlock key…</Button>
            </div>
          </>
        ) : (
          <p className="meta">It is not locked: managers that restart come back by themselves. Settings can lock it.</p>
        )}
      </div>
      {asked && (
        <DestroyDialog
          title={
            asked === 'key'
              ? `Replace the unlock key of ${swarm.name}?`
              : `Replace the ${asked} token of ${swarm.name}?`
          }
          keep={asked === 'key' ? 'Keep the key' : 'Keep the token'}
          act={asked === 'key' ? 'Replace unlock key' : `Replace ${asked} token`}
          busy={rotate.isPending}
          onAct={() => rotate.mutate(asked)}
          onClose={() => {
            rotate.reset()
            setAsked(null)
          }}
        >
          {rotate.error && <TroubleBox trouble={wordsFor(rotate.error)} />}
          <p>
            {asked === 'key'
              ? 'The key that was kept elsewhere opens nothing any more. A manager that is down now needs the old one for a short while: keep both until all are up.'
              : 'Commands with the old token stop working: scripts and images that hold it have to learn the new one.'}
          </p>
          <p>
            <b>Kept:</b>{' '}
            {asked === 'key' ? 'managers that run, and all that runs on them.' : 'nodes that are in stay in.'}
          </p>
        </DestroyDialog>
      )}
    </Panel>
  )
}

function Secret({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <div className="flex items-center justify-between gap-2 pb-1">
        <span className="label">{label}</span>
        <CopyButton text={text} label="Copy" />
      </div>
      <section className="code p-3" aria-label={label} tabIndex={0}>
        <pre className="whitespace-pre-wrap break-all">{text}</pre>
      </section>
    </div>
  )
}
