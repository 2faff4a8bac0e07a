import { useMutation } from '@tanstack/react-query'
import { Keyboard, Share2, Square } from 'lucide-react'
import type { ReactNode } from 'react'
import { client } from '../../../api/client.ts'
import type { LineState, TerminalFacts, TerminalGoal } from '../../../api/terminal.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { copyText } from '../../../ui/control/copy.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { useTerminal } from './use-terminal.ts'
import { ViewerList } from './viewer-list.tsx'

interface Props {
  readonly goal: TerminalGoal
  readonly serviceName: string
  onOpened(facts: TerminalFacts): void
  /** Instead of the screen, for what is over in a way that the caller knows better about. */
  onOver?(code: string | null): void
  /** Left in the bar above. */
  readonly children?: ReactNode
  /** What there is to do when it is over. */
  readonly afterwards?: ReactNode
}

function wordsOf(state: LineState, writes: boolean, notice: string): string {
  if (state.phase === 'opening') return 'Opening'
  if (state.phase === 'lost') return 'Connection lost, joining again …'
  if (state.phase === 'over') return state.told
  return notice || (writes ? 'Open' : 'Looking on')
}

/** A terminal with its people: who looks, who types, how to share, leave and end it. */
export function TerminalView({ goal, serviceName, onOpened, onOver, children, afterwards }: Props) {
  const shown = useTerminal(goal, onOpened, onOver)
  const { state, facts, viewers, writes, size, notice } = shown
  const open = state.phase === 'open'
  const end = useMutation({
    mutationFn: (id: string) => client.terminals.end({ id }),
    onError: (error) => toast({ state: 'failed', title: 'The terminal did not end', detail: wordsFor(error).what }),
  })
  const share = async (): Promise<void> => {
    if (!facts) return
    shown.share(true)
    const link = location.origin + paths.terminal(facts.id)
    const copied = await copyText(link)
    toast({
      state: 'succeeded',
      title: copied ? 'Shared, and its link copied' : 'Shared',
      detail: `Who may read the log of ${serviceName} can look on at ${link}`,
    })
  }
  return (
    <div className="fill">
      <div className="toolbar">
        {children}
        <span className="meta hide-phone">Ctrl ⇧ Esc leaves the terminal</span>
        <span className="ml-auto" />
        {open && viewers?.mayWrite && !writes && (
          <Button icon={Keyboard} onClick={() => shown.ask(true)}>
            Type here
          </Button>
        )}
        {open && writes && viewers?.shared && <Button onClick={() => shown.share(false)}>Stop sharing</Button>}
        {open && writes && (
          <Button icon={Share2} onClick={() => void share()}>
            {viewers?.shared ? 'Copy link' : 'Share'}
          </Button>
        )}
        {open && facts && viewers?.mayWrite && (
          <Button
            look="danger-quiet"
            icon={Square}
            busy={end.isPending}
            title="Ends the command and everything it runs"
            onClick={() => end.mutate(facts.id)}
          >
            End
          </Button>
        )}
      </div>
      <div
        className={`xterm-box ${writes ? '' : 'overflow-auto!'}`}
        ref={shown.box}
        role="group"
        aria-label={`Terminal in ${serviceName}`}
      />
      <footer className="flex items-center gap-3 border-t border-line px-(--gutter) py-1.5 text-meta text-ink-3 flex-none min-w-0">
        <span className={`live ${open ? '' : 'off'} px-0! cut`} role="status">
          {wordsOf(state, writes, notice)}
        </span>
        <span className="hide-phone">{serviceName}</span>
        <span className="whitespace-nowrap">{size}</span>
        {open && viewers && <ViewerList viewers={viewers} />}
        <span className="ml-auto hide-phone whitespace-nowrap">recorded in the audit log</span>
        {state.phase === 'over' && afterwards}
      </footer>
    </div>
  )
}
