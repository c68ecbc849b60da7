/* jail.c - the seccomp filter.
 *
 * Reference: seccomp(2), libseccomp 2.5's seccomp_rule_add(3). */
#define _GNU_SOURCE
#include "ui/host/jail.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "config.h"
#include "ui/app/options.h"
#include "ui/host/jailcalls.h"
#include "ui/host/jailfiles.h"
#include "ui/host/tty.h"

void jail_folder(struct jail *j, const char *path)
{
    if (path && *path && j->folders < JAIL_FOLDERS)
        j->folder[j->folders++] = path;
}

void jail_tree(struct jail *j, const char *path)
{
    if (path && *path && j->trees < JAIL_TREES)
        j->tree[j->trees++] = path;
}

static void print_rows(const struct jail_row *row, int n)
{
    for (; n > 0; n--, row++)
        printf("  %s: %s\n", row->reason, row->calls);
}

void jail_list(void)
{
    printf("seccomp    %s\nLandlock   %s\n",
           HAVE_SECCOMP ? "yes" : "no: built without libseccomp",
           jail_has_landlock() ? "yes" : "no: not in this kernel or build");
    puts("\nWithout a window these calls of the system are allowed:");
    print_rows(jail_allowed, JAIL_ALLOWED);
    puts("\nWhere a folder is a drive that is written to, also these, which "
         "fail without:");
    print_rows(jail_tree_calls, JAIL_TREE_CALLS);
    puts(
        "\nWith one all are but these, and without one these are not, either:");
    print_rows(jail_forbidden, JAIL_FORBIDDEN);
    puts("\nWithout a window, besides:");
    print_rows(jail_headless, JAIL_HEADLESS);
}

#if HAVE_SECCOMP
#include <seccomp.h>

/* ---- the end ---- */

/* In a signal handler, but one that comes by the call itself, and not from
 * within malloc(), which makes allowed calls alone: words, the terminal as it
 * was, and the end by that same signal. */
static void violation(int sig, siginfo_t *info, void *context)
{
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE,
                                                  info->si_syscall);
    char text[120];
    int n = snprintf(text, sizeof text, "isabox: the sandbox forbids %.40s() "
                     "(see -sandbox status)\n", name ? name : "a call");

    (void)context;
    tty_restore();
    if (write(STDERR_FILENO, text, (size_t)n) < 0)
        _exit(1);
    signal(sig, SIG_DFL);
    raise(sig);
    _exit(1);
}

static bool catch_violations(void)
{
    struct sigaction a = { .sa_sigaction = violation,
                           .sa_flags = SA_SIGINFO | SA_NODEFER };
    sigset_t set;

    sigemptyset(&a.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    return sigaction(SIGSYS, &a, NULL) == 0 &&
           sigprocmask(SIG_UNBLOCK, &set, NULL) == 0;
}

/* ---- the filter ---- */

/* Each call named in the rows. */
static bool add_rows(scmp_filter_ctx f, uint32_t action,
                     const struct jail_row *row, int rows)
{
    char name[40];

    for (; rows > 0; rows--, row++)
        for (const char *p = row->calls; *p;) {
            size_t n = strcspn(p, " ");
            int call;

            snprintf(name, sizeof name, "%.*s", (int)n, p);
            p += n + strspn(p + n, " ");
            call = seccomp_syscall_resolve_name(name);
            if (call == __NR_SCMP_ERROR || !strcmp(name, "mmap") ||
                !strcmp(name, "mprotect"))
                continue;
            if (seccomp_rule_add(f, action, call, 0) < 0)
                return false;
        }
    return true;
}

/* Memory is executable for the compiled engine alone, which maps it once more
 * to write to it; none can be both. */
static bool add_memory(scmp_filter_ctx f, bool makes_code)
{
    struct scmp_arg_cmp data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    struct scmp_arg_cmp code = SCMP_A2(SCMP_CMP_MASKED_EQ,
                                       PROT_EXEC | PROT_WRITE, PROT_EXEC);
    bool ok = true;

    if (makes_code)
        ok = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                    &code) == 0 &&
             seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(memfd_create),
                              0) == 0;
    return ok && seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                        &data) == 0 &&
           seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                  &data) == 0;
}

/* The C library tries clone3 first and takes this for an old kernel. */
static bool add_threads(scmp_filter_ctx f)
{
    return seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
                            0) == 0;
}

static struct jail_row without_threads(struct jail_row row)
{
    if (strstr(row.calls, "clone3"))
        row.calls = "unshare setns";
    return row;
}

static bool add_forbidden(scmp_filter_ctx f)
{
    for (int n = 0; n < JAIL_FORBIDDEN; n++) {
        struct jail_row row = without_threads(jail_forbidden[n]);

        if (!add_rows(f, SCMP_ACT_TRAP, &row, 1))
            return false;
    }
    return add_threads(f);
}

/* A folder may become a drive later, at the monitor or by a drop: what it can't
 * have then is an error, not the end. */
static bool filter(const struct jail *j)
{
    scmp_filter_ctx f = seccomp_init(j->windowed ? SCMP_ACT_ALLOW
                                                 : SCMP_ACT_TRAP);
    bool ok = f != NULL;

    if (ok && j->windowed)
        ok = add_forbidden(f);
    else if (ok)
        ok = add_rows(f, SCMP_ACT_ALLOW, jail_allowed, JAIL_ALLOWED) &&
             add_rows(f, j->trees ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM),
                      jail_tree_calls, JAIL_TREE_CALLS) &&
             add_memory(f, j->makes_code);
    ok = ok && catch_violations() && seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return ok;
}

#else

static bool filter(const struct jail *j)
{
    (void)j;
    return false;
}

#endif

bool jail_enter(const struct jail *j, bool must, char *why)
{
    bool files, calls;

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    files = jail_files(j);
    calls = filter(j);
    if (must && !calls)
        return opt_bad(why, "-sandbox on: no seccomp filter: %s",
                       HAVE_SECCOMP ? strerror(errno)
                                    : "built without libseccomp");
    return !must || files ||
           opt_bad(why, "-sandbox on: this kernel or build has no Landlock");
}
