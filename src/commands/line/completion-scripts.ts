/** What shells are given to complete the words after `lamina`: each asks lamina itself, by `lamina completion --word=…`. Pure. */

export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

const BASH = `_lamina() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  mapfile -t COMPREPLY < <(lamina completion "\${words[@]/#/--word=}" 2>/dev/null)
}
complete -o default -F _lamina lamina
`;

/** A file of that name in fpath is the body of the function; what is sourced defines it, and says what it is for. */
const ZSH = `#compdef lamina
_lamina() {
  local -a asked found
  asked=("\${(@)words[2,CURRENT]}")
  found=("\${(@f)$(lamina completion "\${(@)asked/#/--word=}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  if (( \${#found} )); then compadd -a found; else _files; fi
}
if [[ "\${funcstack[1]}" == _lamina ]]; then _lamina "$@"; else compdef _lamina lamina; fi
`;

/** Without words of lamina's, fish offers files. */
const FISH = `function __lamina_complete
  set -l words (commandline -opc) (commandline -ct)
  lamina completion --word=$words[2..-1] 2>/dev/null
end
complete -c lamina -n 'test (count (__lamina_complete)) -gt 0' -f -a '(__lamina_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
