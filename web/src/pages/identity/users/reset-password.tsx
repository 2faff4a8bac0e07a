import { useMutation } from '@tanstack/react-query'
import type { User } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { SecretField } from '../door/secret-field.tsx'
import { Strength } from '../door/strength.tsx'

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setPassword] = useState('')
  const [told, setTold] = useState(false)
  const reset = useMutation({
    mutationFn: () => client.users.update({ id: user.id, password }),
    onSuccess: () => {
      toast({ state: 'succeeded', title: `${user.username} has a new password` })
      onClose()
    },
  })
  const short = password.length < 12
  const submit = (): void => {
    setTold(true)
    if (!short) reset.mutate()
  }
  return (
    <Dialog
      title={`Reset password of ${user.username}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep password</Button>
          <Button look="primary" busy={reset.isPending} onClick={submit}>
            Reset password
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {reset.error && <TroubleBox trouble={wordsFor(reset.error)} />}
        <p>Hand it over in person or by another way than e-mail. Their sessions end.</p>
        <SecretField
          label="New password"
          name="reset"
          autoComplete="new-password"
          aside="12 characters or more"
          value={password}
          error={told && short ? `${12 - password.length} more characters, 12 in all.` : null}
          hint={<Strength password={password} />}
          onChange={setPassword}
        />
      </div>
    </Dialog>
  )
}
