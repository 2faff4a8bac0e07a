import type { Command } from 'commander'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'

const scripts: Record<string, string> = {
  bash: `_wh() {
  local IFS=$'\\n' words
  words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=($(wh __complete "\${words[@]}" 2>/dev/null))
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == : ]] && { COMPREPLY=(); compopt -o default; }
}
complete -F _wh wh
`,
  zsh: `#compdef wh
_wh() {
  local -a found
  found=("\${(@f)$(wh __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${#found} -eq 1 && \${found[1]} == : ]]; then _files; else compadd -a found; fi
}
compdef _wh wh
`,
  fish: `function __wh
  set -l words (commandline -opc) (commandline -ct)
  set -l found (wh __complete $words[2..-1] 2>/dev/null)
  if test "$found" = ":"; __fish_complete_path (commandline -ct); else; printf '%s\\n' $found; end
end
complete -c wh -f -a '(__wh)'
`,
}

export function define(command: Command): void {
  command.argument('<shell>', 'bash, zsh or fish').addHelpText(
    'after',
    `
Put it to work:
  bash   eval "$(wh completion bash)"             in ~/.bashrc
  zsh    eval "$(wh completion zsh)"              in ~/.zshrc, after compinit
  fish   wh completion fish | source              in ~/.config/fish/config.fish
`,
  )
  action(command, (shell, _, [name = '']) => {
    const script = scripts[name]
    if (script === undefined) throw usage(`There is completion for bash, zsh and fish, not for "${name}".`)
    shell.write(script)
    return Promise.resolve()
  })
}
