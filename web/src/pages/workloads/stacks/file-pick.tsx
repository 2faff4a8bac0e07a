import { Upload } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '../../../ui/control/button.tsx'

/** Takes the text of a file from this computer. */
export function FilePick({ onText }: { onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button icon={Upload} onClick={() => input.current?.click()}>
        Open a file…
      </Button>
      <input
        ref={input}
        type="file"
        accept=".yaml,.yml,.json,text/yaml"
        className="vh"
        tabIndex={-1}
        aria-label="Stack file from this computer"
        onChange={(event) => {
          void event.target.files?.[0]?.text().then(onText)
          event.target.value = ''
        }}
      />
    </>
  )
}
