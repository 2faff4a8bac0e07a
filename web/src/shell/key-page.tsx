import { bindingsInForce, caps } from '../ui/control/keys.ts'
import { Button } from '../ui/control/button.tsx'
import { Dialog } from '../ui/overlay/dialog.tsx'

/** Every key that works here and now. */
export function KeyPage({ onClose }: { onClose: () => void }) {
  const scopes = bindingsInForce()
  return (
    <Dialog wide title="Keys" onClose={onClose} foot={<Button onClick={onClose}>Close</Button>}>
      <div className="grid gap-x-8 gap-y-4 pb-5 sm:grid-cols-2">
        {scopes.map(({ scope, bindings }) => (
          <section key={scope}>
            <h3 className="pb-1">{scope}</h3>
            {bindings
              .filter((binding) => binding.label !== '')
              .map((binding) => (
                <div key={binding.keys} className="flex items-center gap-2 border-t border-line py-1">
                  <span className="grow">{binding.label}</span>
                  {caps(binding.keys).map((cap) => (
                    <kbd key={cap}>{cap}</kbd>
                  ))}
                </div>
              ))}
          </section>
        ))}
      </div>
    </Dialog>
  )
}
