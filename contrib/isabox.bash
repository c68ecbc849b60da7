# isabox.bash - completion of isabox's command line for bash.
#
# Options come from `isabox --help` and values from `-cpu help` and the like,
# so this file does not change with them.

_isabox_values() {
    "$1" "$2" help 2>/dev/null | LC_ALL=C sed -n 's/^  \([a-z0-9_:-]*\).*/\1/p'
}

_isabox_options() {
    "$1" --help 2>/dev/null | LC_ALL=C sed -n 's/^  \(-[A-Za-z][a-z-]*\).*/\1/p'
}

_isabox() {
    local isabox=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD-1]} list= head
    COMPREPLY=()
    [[ $before == = && COMP_CWORD -ge 2 ]] && before=
    if ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} == image ]]; then
        ((COMP_CWORD == 2)) && list='create info check convert commit rebase resize
            ls get put rm mkdir mv attrib'
        ((COMP_CWORD == 4)) && list='360K 720K 1200K 1440K 20M 100M 500M'
    elif ((COMP_CWORD > 2)) && [[ ${COMP_WORDS[1]} == replay ]]; then
        list='--check --engine --against --info'
        [[ $before == --engine ]] && list=$(_isabox_values "$isabox" -engine)
    elif ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} == disasm ]]; then
        list='-16 -32 -cpu'
        [[ $before == -cpu ]] && list=$(_isabox_values "$isabox" -cpu)
    else
        case $before in
        -d|-cpu|-display|-speed|-engine|-accel|-machine|-M|-vga|-nic|-net|\
        -serial|-parallel|-debugcon|-device|-audiodev|-audio)
            list=$(_isabox_values "$isabox" "$before")
            if [[ $before == -d && $word == *,* ]]; then
                head=${word%,*},        # the last of a list
                list=$(printf "$head%s " $list)
            fi ;;
        -monitor)  list='stdio unix: tcp: none' ;;
        -qmp)      list='stdio unix: tcp: none' ;;
        -drive)    list='file=' ;;
        -rtc)      list='base=utc base=localtime' ;;
        -boot)     list='a c ac ca' ;;
        -m)        list='640K 1M 4M 8M 16M 32M 64M' ;;
        -name)     return ;;
        *)         [[ $word == -* ]] && list=$(_isabox_options "$isabox")
                   ((COMP_CWORD == 1)) && list+=' image disasm replay' ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$list" -- "$word"))
    # Words that a value follows get no blank behind them.
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:=] ]] &&
        compopt -o nospace 2>/dev/null
    [[ -n ${COMPREPLY[*]} ]] || COMPREPLY=($(compgen -f -- "$word"))
}

complete -o filenames -F _isabox isabox
