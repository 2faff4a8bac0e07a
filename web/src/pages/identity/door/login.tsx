import { type FormEvent, useEffect, useState } from 'react'
import { signIn, useSession } from '../../../api/session.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Wheel } from '../../../shell/wheel.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { SecretField } from './secret-field.tsx'

/** The door. It says nothing of what is behind it. */
export function Login() {
  const { state } = useSession()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = 'Sign in · Wheelhouse'
  }, [])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setMissing(true)
    if (username === '' || password === '') {
      document.querySelector<HTMLInputElement>(username === '' ? '[name=username]' : '[name=password]')?.focus()
      return
    }
    setBusy(true)
    setRefused(null)
    try {
      await signIn(username.trim(), password)
    } catch (error) {
      setRefused(wordsFor(error).what)
      setBusy(false)
    }
  }

  return (
    <main className="lw">
      <div>
        <div className="mark">
          <Wheel />
          Wheelhouse
        </div>
        <h1 className="mb-5">Sign in</h1>
        <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)} noValidate>
          {refused && (
            <div className="note" role="alert">
              <Glyph state="failed" />
              <span>{refused}</span>
            </div>
          )}
          {state === 'ended' && !refused && (
            <div className="note calm" role="status">
              <Glyph state="stopped" />
              <span>Your session has ended. Sign in and you are back where you were.</span>
            </div>
          )}
          <TextField
            label="User name"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            value={username}
            error={missing && username === '' ? 'Type your user name.' : null}
            onChange={(event) => setUsername(event.target.value)}
          />
          <SecretField
            label="Password"
            name="password"
            autoComplete="current-password"
            value={password}
            error={missing && password === '' ? 'Type your password.' : null}
            onChange={setPassword}
          />
          <Button type="submit" look="primary" size="lg" className="w-full" busy={busy}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  )
}
