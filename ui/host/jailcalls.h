/* jailcalls.h - the calls of the system that the jail allows and forbids.
 *
 * A row has names with blanks between them and the reason. A name that this
 * host does not know is passed over. */
#ifndef JAILCALLS_H
#define JAILCALLS_H

#include <stddef.h>

struct jail_row {
    const char *calls, *reason;
};

/* Without a window: these and no others. */
static const struct jail_row jail_allowed[] = {
    { "read readv pread64 preadv write writev pwrite64 pwritev lseek _llseek",
      "images, clients, the terminal, the log" },
    { "open openat openat2 close close_range dup dup2 dup3",
      "other media, states, pictures; Landlock says where" },
    { "stat fstat lstat newfstatat fstatat64 statx access faccessat "
      "faccessat2 readlink readlinkat getcwd statfs fstatfs getdents64 "
      "getxattr lgetxattr fgetxattr",
      "what kind of file a name is" },
    { "unlink unlinkat rename renameat renameat2 fchmod umask",
      "whole files or none: a new one takes the old one's name" },
    { "fsync fdatasync ftruncate fallocate sync_file_range fadvise64 flock "
      "copy_file_range",
      "what a guest has written is on the disk" },
    { "fcntl ioctl", "locks of images, the terminal's mode" },
    { "poll ppoll select pselect6 accept accept4 getpeername getsockname "
      "getsockopt setsockopt shutdown recvfrom recvmsg sendto sendmsg",
      "clients of sockets that are open already" },
    { "brk mmap munmap mremap mprotect madvise",
      "memory; that it may hold code is the compiled engine's alone" },
    { "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack setitimer "
      "getitimer restart_syscall tgkill timer_settime",
      "signals, and the one that hurries a machine" },
    { "clock_gettime clock_getres gettimeofday time nanosleep "
      "clock_nanosleep", "the host's clock" },
    { "getpid gettid getuid geteuid getgid getegid getrandom uname sysinfo "
      "prlimit64 getrlimit sched_yield sched_getaffinity futex "
      "set_robust_list rseq membarrier get_robust_list",
      "the C library's own" },
    { "exit exit_group", "the end" },
};

/* Without a window, where a folder is a drive that is written to (fat:rw:). */
static const struct jail_row jail_tree_calls[] = {
    { "mkdir mkdirat rmdir utimensat fchmodat fsetxattr",
      "folders, dates and attributes in a folder that is a drive" },
};

/* With a window: all but these. Without one they are named in the words. */
static const struct jail_row jail_forbidden[] = {
    { "execve execveat", "no other program" },
    { "ptrace process_vm_readv process_vm_writev kcmp process_madvise "
      "pidfd_getfd", "no other process's memory" },
    { "unshare setns clone3", "no namespaces; threads come by clone" },
    { "mount umount2 pivot_root chroot move_mount open_tree fsopen fsmount "
      "fsconfig fspick mount_setattr", "no other view of the files" },
    { "setuid setgid setreuid setregid setresuid setresgid setgroups "
      "setfsuid setfsgid capset", "no other user" },
    { "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter "
      "io_uring_register", "large doors into the kernel" },
    { "init_module finit_module delete_module kexec_load kexec_file_load "
      "reboot swapon swapoff iopl ioperm sethostname setdomainname acct "
      "quotactl settimeofday clock_settime adjtimex clock_adjtime syslog "
      "nfsservctl lookup_dcookie vhangup", "the host's own affairs" },
    { "add_key request_key keyctl", "no keys" },
    { "bind listen", "no new places to connect to" },
    { "open_by_handle_at name_to_handle_at fanotify_init",
      "no file but by its name" },
};

/* Forbidden without a window only; a window's libraries use them. */
static const struct jail_row jail_headless[] = {
    { "socket socketpair connect", "no new connections" },
    { "clone fork vfork", "no other process, no thread" },
};

enum { JAIL_TREE_CALLS = sizeof jail_tree_calls / sizeof jail_tree_calls[0],
       JAIL_ALLOWED = sizeof jail_allowed / sizeof jail_allowed[0],
       JAIL_FORBIDDEN = sizeof jail_forbidden / sizeof jail_forbidden[0],
       JAIL_HEADLESS = sizeof jail_headless / sizeof jail_headless[0] };

#endif
