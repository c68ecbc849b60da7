#!/bin/sh
# hostcalls.sh - what the library asks of the host; run by make check.
#   nothing     ends the process, reads a clock, prints, reads the environment
#   machine/host alone opens, writes, renames or removes files, each named by
#               the caller (file.h), and knows POSIX
lib=${1:-libisabox.a}
[ -f "$lib" ] || { echo "hostcalls.sh: no $lib" >&2; exit 2; }
if nm "$lib" 2>/dev/null | grep -q __asan_init; then
    echo 'hostcalls: skipped, the sanitizers call for themselves'
    exit 0
fi
nm -A -u "$lib" 2>/dev/null | awk '
BEGIN {
    files = " posix whole folder tree treewrite store code "
    n = split("open openat creat fopen freopen rename unlink remove link " \
              "symlink mkdir rmdir truncate ftruncate write pwrite fwrite",
              f, " ")
    while (n) file[f[n--]] = 1
    n = split("exit _exit _Exit abort __assert_fail raise kill signal " \
              "sigaction alarm sleep usleep nanosleep time clock " \
              "clock_gettime gettimeofday rand random srand getenv system " \
              "popen fork execv execve execvp socket connect printf puts " \
              "putchar fputs fputc fprintf perror __printf_chk " \
              "__fprintf_chk stdout stderr stdin pthread_create dlopen",
              f, " ")
    while (n) never[f[n--]] = 1
}
{
    object = $1; sub(/:$/, "", object); sub(/\.o$/, "", object)
    sub(/.*[:\/]/, "", object)
    name = $NF; sub(/@.*/, "", name); sub(/64$/, "", name)
    if (name in never || name in file && !index(files, " " object " ")) {
        print object ".o calls " name
        bad = 1
    }
}
END { exit bad }'
