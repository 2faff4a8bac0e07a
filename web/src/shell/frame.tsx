import { Outlet, useRouterState } from '@tanstack/react-router'
import { Dialog } from 'radix-ui'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { ActsProvider } from '../acts/use-acts.tsx'
import { followFleet } from '../api/fleet.ts'
import { followJobs } from '../api/observation/jobs.ts'
import { wear } from '../api/look.ts'
import { useMe, useSession } from '../api/session.ts'
import { allowSingleKeys, holdLetters, useKeys } from '../ui/control/keys.ts'
import { useGo } from '../ui/control/link.tsx'
import { runToastAction, Toasts } from '../ui/overlay/toast.tsx'
import { BottomBar } from './bottom-bar.tsx'
import { Crash } from './crash.tsx'
import { Sidebar, useNavigation } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

const loadPalette = () => import('./palette/palette.tsx')
const Palette = lazy(() => loadPalette().then((m) => ({ default: m.Palette })))
const KeyPage = lazy(() => import('./key-page.tsx').then((m) => ({ default: m.KeyPage })))
const foldedKey = 'wheelhouse.sidebar-folded'

/** Around every page. While an address changes hands between door and house, nothing is shown. */
export function Frame() {
  const { state } = useSession()
  return state === 'signed-in' ? <SignedInFrame /> : null
}

function SignedInFrame() {
  const me = useMe()
  const go = useGo()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const { groups, foot } = useNavigation()
  const [layer, setLayer] = useState<'palette' | 'keys' | 'menu' | 'targets' | null>(null)
  const [folded, setFolded] = useState(() => localStorage.getItem(foldedKey) === '1')
  const main = useRef<HTMLElement>(null)
  const close = (): void => setLayer(null)
  const openPalette = (): void => {
    holdLetters()
    setLayer('palette')
  }

  useEffect(() => followFleet(), [])
  // Fetched while nothing else is to do, so that the first Ctrl K is as quick as the second.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 1_500)
    return () => clearTimeout(timer)
  }, [])
  useEffect(() => followJobs(), [])
  useEffect(() => {
    wear(me.preferences)
    allowSingleKeys(me.preferences.singleKeys)
  }, [me.preferences])
  const page = pathname.split('/').slice(0, 3).join('/')
  const firstPage = useRef(page)
  useEffect(() => {
    if (firstPage.current === page) return
    firstPage.current = page
    main.current?.focus({ preventScroll: true })
    main.current?.scrollTo(0, 0)
  }, [page])

  useKeys('Everywhere', [
    { keys: 'mod+k', label: 'Search and run', run: openPalette },
    {
      keys: '/',
      label: 'Filter this page',
      run: () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
    },
    { keys: '?', label: 'This page of keys', run: () => setLayer('keys') },
    { keys: 'shift+t', label: 'Choose a target', run: () => setLayer('targets') },
    { keys: 'z', label: 'Undo the last act', run: runToastAction },
    {
      keys: '[',
      label: 'Fold the sidebar',
      run: () => {
        localStorage.setItem(foldedKey, folded ? '0' : '1')
        setFolded(!folded)
      },
    },
    ...[...groups.flatMap((group) => group.entries), ...foot].flatMap((entry) =>
      entry.key ? [{ keys: `g ${entry.key}`, label: `Go to ${entry.label}`, run: () => go(entry.href) }] : [],
    ),
  ])

  return (
    <ActsProvider>
      <a href="#main" className="btn btn-primary skip">
        Skip to content
      </a>
      <div className={`shell ${folded ? 'folded' : ''}`}>
        <Sidebar />
        <div className="column">
          <TopBar
            onPalette={openPalette}
            onKeys={() => setLayer('keys')}
            onMenu={() => setLayer('menu')}
            switching={layer === 'targets'}
            onSwitching={(open) => setLayer(open ? 'targets' : null)}
          />
          <main id="main" ref={main} className="main" tabIndex={-1}>
            <Crash resetKey={pathname}>
              <Suspense fallback={null}>
                <Outlet />
              </Suspense>
            </Crash>
          </main>
          <BottomBar onMore={() => setLayer('menu')} />
        </div>
      </div>
      <Suspense fallback={null}>
        {layer === 'palette' && <Palette onClose={close} />}
        {layer === 'keys' && <KeyPage onClose={close} />}
      </Suspense>
      <Dialog.Root open={layer === 'menu'} onOpenChange={close}>
        <Dialog.Portal>
          <Dialog.Overlay className="scrim" />
          <Dialog.Content className="sheet" aria-describedby={undefined}>
            <Dialog.Title className="vh">Menu</Dialog.Title>
            <Sidebar onPick={close} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Toasts />
    </ActsProvider>
  )
}
