# bash completion for resonatectl
#
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later

_resonatectl ()
{
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command='' verb='' word

  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      -*) ;;
      *)
        if [ -z "$command" ]; then
          command=$word
        elif [ -z "$verb" ]; then
          verb=$word
        fi
        ;;
    esac
  done

  case $previous in
    -c | --config | -e | --env-file)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    -p | --pid)
      mapfile -t COMPREPLY < <(compgen -W "$(pgrep -x resonated)" -- "$current")
      return
      ;;
  esac

  local words='--json --session --system --help'
  case $command in
    '') words="install keygen config import doctor --version $words" ;;
    install) words="--config --env-file $words" ;;
    config) words="show check sample --config --env-file $words" ;;
    import)
      if [ -n "$verb" ] && [[ $current != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
      fi
      words="reverb env soketi $words"
      ;;
    doctor) words="--config --env-file --url --origin --pid $words" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _resonatectl resonatectl
