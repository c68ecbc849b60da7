/* test_ui_jail.c - each thing that the jail forbids is tried from inside and
 * ends the process; what is allowed goes on; files are those of the folders.
 */
#define _GNU_SOURCE
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "machine/host/code.h"
#include "ui/app/options.h"
#include "ui/host/jail.h"
#include "ui/host/jailfiles.h"

static char folder[] = "/tmp/isabox-jail-XXXXXX";

/* The status of a child that does it in the jail; its words go to `words`. */
static int in_jail(bool windowed, bool makes_code, int (*thing)(void),
                   char words[200])
{
    struct jail j = { .windowed = windowed, .makes_code = makes_code };
    char why[PC_WHY] = "";
    int status, end[2];
    ssize_t n;
    pid_t pid;

    ck_assert_int_eq(pipe(end), 0);
    if ((pid = fork()) == 0) {
        signal(SIGALRM, SIG_DFL);
        dup2(end[1], STDERR_FILENO);
        jail_folder(&j, folder);
        _exit(jail_enter(&j, true, why) ? thing() : 99);
    }
    close(end[1]);
    n = read(end[0], words, 199);
    words[n > 0 ? n : 0] = 0;
    close(end[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

#define CALL(name, ...)                                                    \
    static int try_##name(void) { return syscall(SYS_##name, __VA_ARGS__) < 0; }

CALL(execve, "/bin/true", NULL, NULL)
CALL(execveat, -1, "/bin/true", NULL, NULL, 0)
CALL(ptrace, 0, 0, 0, 0)
CALL(process_vm_readv, 1, NULL, 0, NULL, 0, 0)
CALL(unshare, 0x10000000)
CALL(setns, -1, 0)
CALL(mount, "a", "b", "c", 0, NULL)
CALL(umount2, "a", 0)
CALL(pivot_root, "a", "b")
CALL(chroot, ".")
CALL(setuid, 1)
CALL(setresgid, 1, 1, 1)
CALL(bpf, 0, NULL, 0)
CALL(perf_event_open, NULL, 0, 0, 0, 0)
CALL(io_uring_setup, 1, NULL)
CALL(userfaultfd, 0)
CALL(kexec_load, 0, 0, NULL, 0)
CALL(init_module, NULL, 0, "")
CALL(reboot, 0, 0, 0, NULL)
CALL(keyctl, 0, 0, 0, 0, 0)
CALL(bind, -1, NULL, 0)
CALL(listen, -1, 1)
CALL(name_to_handle_at, -1, "a", NULL, NULL, 0)

static const struct { const char *name; int (*thing)(void); } always[] = {
#define ROW(name) { #name, try_##name }
    ROW(execve), ROW(execveat), ROW(ptrace), ROW(process_vm_readv),
    ROW(unshare), ROW(setns), ROW(mount), ROW(umount2), ROW(pivot_root),
    ROW(chroot), ROW(setuid), ROW(setresgid), ROW(bpf), ROW(perf_event_open),
    ROW(io_uring_setup), ROW(userfaultfd), ROW(kexec_load), ROW(init_module),
    ROW(reboot), ROW(keyctl), ROW(bind), ROW(listen),
    ROW(name_to_handle_at),
};

START_TEST(forbidden_with_and_without_a_window)
{
    for (int windowed = 0; windowed < 2; windowed++) {
        char words[200], want[80];
        int status = in_jail(windowed, true, always[_i].thing, words);

        snprintf(want, sizeof want, "isabox: the sandbox forbids %s()",
                 always[_i].name);
        ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
                      "%s: status %x", always[_i].name, (unsigned)status);
        ck_assert_msg(strstr(words, want),
                      "%s says '%s'", always[_i].name, words);
    }
}
END_TEST

CALL(socket, 2, 1, 0)
CALL(connect, -1, NULL, 0)
CALL(socketpair, 1, 1, 0, NULL)
CALL(clone, SIGCHLD, 0, 0, 0, 0)

static int try_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static const struct { const char *name; int (*thing)(void); } headless[] = {
    ROW(socket), ROW(connect), ROW(socketpair), ROW(clone), ROW(code),
};

START_TEST(forbidden_without_a_window)
{
    char words[200];
    int status = in_jail(false, false, headless[_i].thing, words);

    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
                  "%s: status %x", headless[_i].name, (unsigned)status);
}
END_TEST

static int try_both(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int try_turned(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0;
}

static int try_compiled(void)
{
#ifdef MAP_32BIT
    struct host_code m;

    if (!host_code_new(&m, 4096))
        return 1;
    m.write[0] = 0xc3;
    return m.run[0] != 0xc3;
#else
    return 0;
#endif
}

START_TEST(code_is_never_written_where_it_runs)
{
    char words[200];
    int status = in_jail(false, true, try_compiled, words);

    ck_assert_msg(WIFEXITED(status) && !WEXITSTATUS(status),
                  "compiled code: status %x", (unsigned)status);
    status = in_jail(false, true, try_both, words);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
                  "written and executed: status %x", (unsigned)status);
    status = in_jail(false, true, try_turned, words);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
                  "first written, then executed: status %x",
                  (unsigned)status);
}
END_TEST

/* ---- files ---- */

static int try_inside(void)
{
    char new[100], old[100];
    int fd;

    snprintf(new, sizeof new, "%s/new", folder);
    snprintf(old, sizeof old, "%s/old", folder);
    return (fd = open(new, O_CREAT | O_RDWR, 0600)) < 0 ||
           write(fd, "x", 1) != 1 || ftruncate(fd, 0) || fsync(fd) ||
           close(fd) || rename(new, old) || unlink(old);
}

static int try_read_outside(void)
{
    return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? 0 : 1;
}

static int try_write_outside(void)
{
    return open("/tmp/isabox-jail-outside", O_CREAT | O_WRONLY, 0600) < 0 &&
           errno == EACCES ? 0 : 1;
}

static int try_link_out(void)
{
    char path[100];

    snprintf(path, sizeof path, "%s/link", folder);
    return open(path, O_RDONLY) < 0 && errno == EACCES ? 0 : 1;
}

static const struct { const char *name; int (*thing)(void); } files[] = {
    ROW(inside), ROW(read_outside), ROW(write_outside), ROW(link_out),
};

START_TEST(files_are_those_of_the_folders)
{
    char words[200];
    int status = in_jail(false, true, files[_i].thing, words);

    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "%s: status %x, '%s'", files[_i].name, (unsigned)status,
                  words);
}
END_TEST

/* Folders are made in a folder that is a drive, and in no other. */
static int tree_status(const char *tree, const char *other)
{
    struct jail j = { .windowed = false };
    char why[PC_WHY] = "", in[80], out[80];

    snprintf(in, sizeof in, "%s/made", tree);
    snprintf(out, sizeof out, "%s/made", other);
    jail_folder(&j, other);
    jail_tree(&j, tree);
    if (!jail_enter(&j, false, why))
        return 99;
    if (mkdir(in, 0700) || rename(in, in) || rmdir(in))
        return 1;
    return mkdir(out, 0700) == 0 ? 2 : 0;
}

START_TEST(folders_in_a_drive_alone)
{
    char tree[] = "/tmp/isabox-jail-tree-XXXXXX";
    int status;
    pid_t pid;

    ck_assert_ptr_nonnull(mkdtemp(tree));
    if (jail_has_landlock()) {
        if ((pid = fork()) == 0)
            _exit(tree_status(tree, folder));
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
    rmdir(tree);
}
END_TEST

/* A folder that becomes a drive when no room was made for one: no folders are
 * made in it and no dates set, but the machine goes on. */
static int late_status(const char *path)
{
    struct jail j = { .windowed = false };
    struct timespec now[2] = { { .tv_nsec = UTIME_OMIT },
                               { .tv_nsec = UTIME_OMIT } };
    char why[PC_WHY] = "", in[80];

    snprintf(in, sizeof in, "%s/late", path);
    jail_folder(&j, path);
    if (!jail_enter(&j, false, why))
        return 99;
    if (mkdir(in, 0700) == 0)
        return 1;
    return utimensat(AT_FDCWD, path, now, 0) == 0 && HAVE_SECCOMP ? 2 : 0;
}

START_TEST(a_folder_that_comes_later)
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(late_status(folder));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

int main(void)
{
    char path[100];
    Suite *suite;
    TCase *tc;
    SRunner *sr;
    int failed;

    if (!HAVE_SECCOMP || !jail_has_landlock()) {
        puts("no seccomp or no Landlock on this host");
        return 77;
    }
    if (!mkdtemp(folder))
        return 2;
    snprintf(path, sizeof path, "%s/link", folder);
    if (symlink("/etc/passwd", path))
        return 2;
    suite = suite_create("jail");
    tc = tcase_create("jail");
#define LOOP(test, table) tcase_add_loop_test(tc, test, 0,                  \
                                              sizeof table / sizeof table[0])
    LOOP(forbidden_with_and_without_a_window, always);
    LOOP(forbidden_without_a_window, headless);
    tcase_add_test(tc, code_is_never_written_where_it_runs);
    LOOP(files_are_those_of_the_folders, files);
    tcase_add_test(tc, folders_in_a_drive_alone);
    tcase_add_test(tc, a_folder_that_comes_later);
    suite_add_tcase(suite, tc);
    sr = srunner_create(suite);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    unlink(path);
    rmdir(folder);
    return failed != 0;
}
