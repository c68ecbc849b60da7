#!/bin/sh
# completion.sh - bash completion; run by make check in the build folder.
command -v bash >/dev/null || { echo 'no bash on this host'; exit 77; }
src=$(cd "$(dirname "$0")/../.." && pwd)
failed=0

# try LINE WORDS: what the line's last word may become.
try() {
    is=$(bash -c '
        compopt() { :; }
        . "$2"
        read -ra COMP_WORDS <<< "$1"
        [[ $1 == *" " ]] && COMP_WORDS+=("")
        COMP_WORDS[0]=./isabox
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _isabox
        echo "${COMPREPLY[*]}"' bash "$1" "$src/contrib/isabox.bash")
    [ "$is" = "$2" ] || { echo "'$1': '$is', not '$2'"; failed=1; }
}
try 'isabox -pid' '-pidfile'
try 'isabox -cpu 286' '286'
try 'isabox -device isa-s' 'isa-serial'
try 'isabox -M is' 'isapc'
try 'isabox -d int,ir' 'int,irq'
try 'isabox -monitor u' 'unix:'
try 'isabox -serial st' 'stdio'
try 'isabox image cr' 'create'
try 'isabox disasm x -3' '-32'
try 'isabox -hda ./libisab' './libisabox.a'
exit $failed
