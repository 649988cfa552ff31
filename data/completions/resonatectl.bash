# bash completion for resonatectl
#
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# The command and its argument, if they stand in what was typed before the cursor.
_resonatectl_find ()
{
  local word skip=''

  command='' verb=''
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    # The line is taken apart at equals signs, too: they are words.
    if [ "$word" = = ]; then
      skip=yes
      continue
    fi
    if [ -n "$skip" ]; then
      skip=''
      continue
    fi
    case $word in
      --address | --app | -a | --channel | -c | --config | --env-file | -e | --except | -x | --health-timeout | --kind | -k | --origin | \
        --pid | --prefix | -p | --socket | -s | --timeout | -t | --url | --user | -u)
        skip=yes
        ;;
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
}

_resonatectl_files ()
{
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# What an option takes that stands before the cursor. Fails when none does.
_resonatectl_value ()
{
  local option=$1 current=$2

  case $command$option in
    *--config | install-c | config-c | doctor-c | *--env-file | install-e | config-e | doctor-e) _resonatectl_files "$current" ;;
    *--kind | monitor-k) mapfile -t COMPREPLY < <(compgen -W 'connection subscription message' -- "$current") ;;
    *--address | *--app | *-a | *--channel | monitor-c | *--except | publish-x | *--health-timeout | *--prefix | channels-p | \
      *--socket | *-s | *--timeout | reload-t | *--user | terminate-u) COMPREPLY=() ;;
    *--pid | doctor-p) mapfile -t COMPREPLY < <(compgen -W "$(pgrep -x resonated)" -- "$current") ;;
    *--origin | *--url | doctor-u) COMPREPLY=() ;;
    *) return 1 ;;
  esac
}

_resonatectl ()
{
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command verb words='--json --session --system --address --help'

  _resonatectl_find

  if [ "$current" = = ]; then
    current=''
  elif [ "$previous" = = ]; then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  if _resonatectl_value "$previous" "$current"; then
    return
  fi

  case $command in
    '')
      words="install keygen config import doctor status apps metrics monitor channels members connections connection publish
        terminate reload restart stop --version $words"
      ;;
    install) words="--config --env-file $words" ;;
    config)
      case $verb in
        '') words="show check sample reload --config --env-file $words" ;;
        show | check) words="--config --env-file $words" ;;
      esac
      ;;
    import)
      if [ -n "$verb" ] && [[ $current != -* ]]; then
        _resonatectl_files "$current"
        return
      fi
      words="reverb env soketi $words"
      ;;
    metrics) words="--watch $words" ;;
    monitor) words="--channel --socket --kind --payloads $words" ;;
    channels) words="--prefix $words" ;;
    members) words="--app $words" ;;
    publish) words="--app --except $words" ;;
    terminate) words="--user --socket --app $words" ;;
    reload) words="--drain --timeout --health-timeout $words" ;;
    doctor) words="--config --env-file --url --origin --pid $words" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _resonatectl resonatectl
