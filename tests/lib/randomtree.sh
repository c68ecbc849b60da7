# randomtree.sh - for scripts: a folder with all that a disc made of it has to
# bear.

# random_tree DIR SEED FILES: files of sizes about the end of a frame and far
# from it, in folders deeper than eight levels; names that are long, alike in
# their first letters, of other alphabets, begin or end oddly. Dates are of
# SEED's year. None differ in case alone.
random_tree() {
    tree=$1 roll=$(($2 * 7919 + 1))
    mkdir -p "$tree" || return
    set -- "$3" 0 "$tree"
    while [ "$2" -lt "$1" ]; do
        roll=$(((roll * 1103515245 + 12345) % 2147483648))
        die=$((roll / 65536))
        case $((die % 11)) in
        0) name="A long name, the $2th of several files.text" ;;
        1) name="README$2" ;;
        2) name=".hidden.$2" ;;
        3) name="Grüße-Ελλάδα-日本-$2.txt" ;;
        4) name="archive.tar.$2.gz" ;;
        5) name="longprefix-number-$2.dat" ;;
        6) name="x+y=$2 [a]{b}~.c++" ;;
        7) name="$2.longextension" ;;
        8) name="emoji-😀-$2" ;;
        *) name="f$2.c" ;;
        esac
        case $((die / 11 % 7)) in
        0) size=0 ;;
        1) size=2048 ;;
        2) size=2047 ;;
        3) size=2049 ;;
        4) size=$((die % 100000)) ;;
        *) size=$((die % 5000)) ;;
        esac
        head -c $size /dev/urandom > "$3/$name" || return
        case $((die / 77 % 9)) in
        0|1) mkdir -p "$3/folder $2.d" && set -- "$1" "$2" "$3/folder $2.d" ;;
        2) set -- "$1" "$2" "$tree" ;;
        3) mkdir -p "$3/D$2" ;;
        esac
        set -- "$1" $(($2 + 1)) "$3"
    done
    # More than a frame of records, and names that DOS takes for the same.
    mkdir -p "$tree/many" || return
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
        echo "$i" > "$tree/many/longprefix-number-$i.dat"
        echo "$i." > "$tree/many/LONGPRE$i.DAT"
        echo "$i.." > "$tree/many/longprefix.x.$i.data"
    done
    head -c 200000 /dev/urandom > "$tree/large.bin" || return
    deep=$tree/a/b/c/d/e/f/g/h/i/j/k
    mkdir -p "$deep" && echo deep > "$deep/deepest file.txt"
    find "$tree" -exec touch -d "$((1980 + $2 % 40))-06-07 08:09:1$(($2 % 10))" {} +
}
