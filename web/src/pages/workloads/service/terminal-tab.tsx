import type { Service } from '@wheelhouse/contract'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef, useState } from 'react'
import { useAllowedActs } from '../../../acts/act-menu.tsx'
import { openTerminal, type TerminalLink } from '../../../api/terminal.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Empty } from '../../../ui/page/told.tsx'
import { terminalTheme } from './terminal-theme.ts'

type State = 'opening' | 'open' | 'over' | 'dropped'
const shells: Record<string, readonly string[] | undefined> = {
  auto: undefined,
  sh: ['/bin/sh'],
  bash: ['/bin/bash'],
  ash: ['/bin/ash'],
}

/** A shell inside the service. It ends when the tab is left. */
export function TerminalTab({ service }: { service: Service }) {
  const allowed = useAllowedActs(service)
  if (!allowed.has('exec'))
    return (
      <Empty
        title={
          service.state === 'running' ? 'You may not open a terminal here.' : `${service.name} is ${service.state}.`
        }
      >
        {service.state === 'running'
          ? 'Its target cannot run commands inside it, or an administrator has to allow you to.'
          : 'A terminal needs it to run. Start it first.'}
      </Empty>
    )
  return <Shell service={service} />
}

function Shell({ service }: { service: Service }) {
  const box = useRef<HTMLDivElement>(null)
  const [shell, setShell] = useParam('shell', 'auto')
  const [state, setState] = useState<State>('opening')
  const [told, setTold] = useState('')
  const [size, setSize] = useState('')
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    let link: TerminalLink | null = null
    let gone = false
    const styles = getComputedStyle(document.documentElement)
    const terminal = new Terminal({
      fontFamily: styles.getPropertyValue('--mono'),
      fontSize: 12,
      lineHeight: 1.35,
      cursorBlink: false,
      scrollback: 5000,
      theme: terminalTheme(),
    })
    const fit = new FitAddon()
    terminal.loadAddon(fit)
    terminal.open(element)
    fit.fit()
    terminal.focus()
    // Everything goes to the shell but the palette and the way out.
    terminal.attachCustomKeyEventHandler((event) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') return false
      if (event.ctrlKey && event.shiftKey && event.key === 'Escape') {
        document.querySelector<HTMLElement>('#main')?.focus()
        return false
      }
      return true
    })
    const encoder = new TextEncoder()
    const typed = terminal.onData((text) => link?.type(encoder.encode(text)))
    const binary = terminal.onBinary((text) => link?.type(Uint8Array.from(text, (c) => c.codePointAt(0) ?? 0)))
    const resized = terminal.onResize(({ cols, rows }) => {
      setSize(`${cols} × ${rows}`)
      link?.resize(cols, rows)
    })
    setSize(`${terminal.cols} × ${terminal.rows}`)
    setState('opening')
    const argv = shells[shell]
    const fail = (error: unknown): void => {
      if (gone) return
      setState('over')
      setTold(wordsFor(error).what)
    }
    openTerminal(
      { serviceId: service.id, ...(argv ? { argv } : {}), columns: terminal.cols, rows: terminal.rows },
      {
        onBytes: (bytes) => terminal.write(bytes),
        onOpened: () => setState('open'),
        onExit: (reason) => {
          setState('over')
          setTold(reason)
        },
        onDrop: () => {
          setState('dropped')
          setTold('The connection dropped. The shell may still run, but cannot be reached again.')
        },
      },
    ).then((opened) => {
      link = opened
      return gone ? opened.close() : undefined
    }, fail)
    const sizes = new ResizeObserver(() => fit.fit())
    sizes.observe(element)
    const themes = new MutationObserver(() => {
      terminal.options.theme = terminalTheme()
    })
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      gone = true
      sizes.disconnect()
      themes.disconnect()
      typed.dispose()
      binary.dispose()
      resized.dispose()
      link?.close()
      terminal.dispose()
    }
  }, [service.id, shell, attempt])

  const words: Record<State, string> = { opening: 'Opening', open: 'Open', over: told, dropped: told }
  return (
    <div className="fill">
      <div className="toolbar">
        <Segment
          label="Shell"
          value={shell}
          onPick={setShell}
          options={[
            { value: 'auto', label: 'its own' },
            { value: 'sh', label: 'sh' },
            { value: 'bash', label: 'bash' },
            { value: 'ash', label: 'ash' },
          ]}
        />
        <span className="meta hide-phone">Ctrl ⇧ Esc leaves the terminal</span>
      </div>
      <div className="xterm-box" ref={box} role="group" aria-label={`Terminal in ${service.name}`} />
      <footer className="flex items-center gap-3 border-t border-line px-(--gutter) py-1.5 text-meta text-ink-3 flex-none">
        <span className={`live ${state === 'open' ? '' : 'off'} px-0! cut`} role="status">
          {words[state]}
        </span>
        <span className="hide-phone">{service.name}</span>
        <span>{size}</span>
        <span className="ml-auto hide-phone">recorded in the audit log</span>
        {(state === 'over' || state === 'dropped') && (
          <Button className="ml-auto md:ml-0" onClick={() => setAttempt(attempt + 1)}>
            Open again
          </Button>
        )}
      </footer>
    </div>
  )
}
