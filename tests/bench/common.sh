# common.sh - for bench.sh and count.sh: building the floppies and the tools.
# Wants: src (the source tree), tmp (a folder of ours), NASM.

bench=$src/tests/bench

say() { echo "bench: $*" >&2; }

# The 386 compiler for kernels in C: gcc, else clang.
c_kernel_compiler() {
    for c in ${BENCH_CC:-gcc clang-19 clang}; do
        echo 'int f(void) { return 0; }' > "$tmp/t.c"
        $c -m32 -march=i486 -ffreestanding -c -o "$tmp/t.o" "$tmp/t.c" \
            2>/dev/null && echo $c && return
    done
    return 1
}

c_kernel_flags='-m32 -march=i486 -O2 -ffreestanding -fno-pic -mno-sse
    -fno-stack-protector -fno-asynchronous-unwind-tables'

# c_kernel SOURCE OBJECT FLAGS...: a flat binary for c.inc.
c_kernel() {
    source=$1 name=$2; shift 2
    $CC386 $c_kernel_flags "$@" -c \
        -o "$tmp/$name.o" "$bench/kernel/$source.c" &&
    ld -m elf_i386 -T "$bench/kernel/c.ld" -o "$tmp/$name.bin" "$tmp/$name.o"
}

# kernel_build NAME: $tmp/NAME.img, a bootable 1.44 MB floppy.
kernel_build() {
    case $1 in
    calls32)       c_kernel calls $1 || return ;;
    mem4m|mem4mpg) c_kernel calls $1 -DWIDE || return ;;
    sieve|crclz|mode13) c_kernel $1 $1 || return ;;
    esac
    $NASM -f bin -I "$bench/kernel/" -DCODE_FILE="'$tmp/$1.bin'" -o "$tmp/$1.img" \
        "$bench/kernel/$1.asm" && truncate -s 1440K "$tmp/$1.img"
}

kernel_names() { awk '!/^#/ { print $1 }' "$bench/kernels"; }

# field NAME N: the N-th field of a kernel's row.
field() { awk -v k="$1" -v n="$2" '$1 == k { print $n }' "$bench/kernels"; }

# tool NAME FLAGS...: builds a helper program of tests/bench.
tool() {
    name=$1; shift
    ${CC:-cc} -std=c11 -O2 -I"$src" -o "$tmp/${name##*/}" "$bench/$name.c" "$@"
}

# image_iterations IMAGE N: patches the number of iterations.
image_iterations() { "$tmp/mark" -n "$1" "$2" -d '' true >/dev/null; }

# guest_count NAME: guest instructions of one iteration, exactly.
guest_count() {
    image_iterations "$tmp/$1.img" 1
    one=$("$tmp/machine" "$tmp/$1.img" | cut -d' ' -f1)
    image_iterations "$tmp/$1.img" 3
    three=$("$tmp/machine" "$tmp/$1.img" | cut -d' ' -f1)
    echo $(((three - one) / 2))
}

# isabox_engines PROGRAM: those of ours worth a column, the best one last.
isabox_engines() {
    for e in plain fast compiled; do
        "$1" -engine help | grep -q "^ *$e" && echo $e
    done
}
