/* jailfiles.c - Landlock: only the folders of the jail, no new TCP.
 *
 * Reference: landlock(7), Linux's Documentation/userspace-api/landlock.rst. */
#define _GNU_SOURCE
#include "ui/host/jailfiles.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

#if HAVE_LANDLOCK
#include <linux/landlock.h>
#include <sys/syscall.h>

/* What came after the first version, by the version; the host's header may be
 * older than its kernel. */
enum { RENAMES = 2, TRUNCATES = 3, NETWORK = 4, SCOPES = 6 };
enum { REFER = 1 << 13, TRUNCATE = 1 << 14, TCP = 3, OUTSIDE = 3 };

struct rules { __u64 files, network, scoped; };

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN (READ | LANDLOCK_ACCESS_FS_EXECUTE)
#define ALL_OF_1 (RUN | LANDLOCK_ACCESS_FS_WRITE_FILE |                      \
                  LANDLOCK_ACCESS_FS_REMOVE_DIR |                            \
                  LANDLOCK_ACCESS_FS_REMOVE_FILE |                           \
                  LANDLOCK_ACCESS_FS_MAKE_CHAR |                             \
                  LANDLOCK_ACCESS_FS_MAKE_DIR |                              \
                  LANDLOCK_ACCESS_FS_MAKE_REG |                              \
                  LANDLOCK_ACCESS_FS_MAKE_SOCK |                             \
                  LANDLOCK_ACCESS_FS_MAKE_FIFO |                             \
                  LANDLOCK_ACCESS_FS_MAKE_BLOCK |                            \
                  LANDLOCK_ACCESS_FS_MAKE_SYM)
/* What makes sense for a file alone. */
#define OF_FILES (LANDLOCK_ACCESS_FS_READ_FILE |                             \
                  LANDLOCK_ACCESS_FS_WRITE_FILE |                            \
                  LANDLOCK_ACCESS_FS_EXECUTE | TRUNCATE)

static long jailfiles_version(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0,
                   LANDLOCK_CREATE_RULESET_VERSION);
}

bool jail_has_landlock(void)
{
    return jailfiles_version() > 0;
}

static __u64 all_rights(long abi)
{
    return ALL_OF_1 | (abi >= RENAMES ? REFER : 0) |
           (abi >= TRUNCATES ? TRUNCATE : 0);
}

/* Files and folders are made in a folder, but no devices, pipes or sockets. */
static __u64 write_rights(long abi)
{
    return all_rights(abi) &
           ~(__u64)(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                    LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                    LANDLOCK_ACCESS_FS_MAKE_FIFO |
                    LANDLOCK_ACCESS_FS_MAKE_SYM |
                    LANDLOCK_ACCESS_FS_MAKE_SOCK |
                    LANDLOCK_ACCESS_FS_MAKE_DIR |
                    LANDLOCK_ACCESS_FS_REMOVE_DIR);
}

#define FOLDERS (LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR)

/* A path that is not there gets no rights. */
static bool allow(int rules, const char *path, __u64 rights)
{
    struct landlock_path_beneath_attr a = { .allowed_access = rights };
    struct stat st;
    bool ok;

    a.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (a.parent_fd < 0)
        return true;
    if (fstat(a.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
        a.allowed_access &= OF_FILES;
    ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a,
                 0) == 0;
    close(a.parent_fd);
    return ok;
}

/* Drivers of the window and the sound read what they like, and write to
 * devices and to what they keep for the user. */
static bool allow_libraries(int rules, __u64 rights)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    const char *cache = getenv("XDG_CACHE_HOME");

    return allow(rules, "/", RUN) && allow(rules, "/dev", rights) &&
           allow(rules, "/tmp", rights) &&
           (!runtime || allow(rules, runtime, rights)) &&
           (!cache || allow(rules, cache, rights));
}

/* Without a window also: no TCP, no abstract sockets of others, no signals to
 * them. */
static int make_rules(long abi, bool windowed)
{
    struct rules r = { .files = all_rights(abi) };
    size_t size = abi >= SCOPES ? sizeof r : abi >= NETWORK ? 16 : 8;

    r.network = abi >= NETWORK && !windowed ? TCP : 0;
    r.scoped = abi >= SCOPES && !windowed ? OUTSIDE : 0;
    return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

bool jail_files(const struct jail *j)
{
    long abi = jailfiles_version();
    int rules = abi > 0 ? make_rules(abi, j->windowed) : -1;
    __u64 rights = write_rights(abi);
    bool ok = rules >= 0;

    for (int n = 0; ok && n < j->folders; n++)
        ok = allow(rules, j->folder[n], rights);
    for (int n = 0; ok && n < j->trees; n++)
        ok = allow(rules, j->tree[n], rights | FOLDERS);
    if (ok && j->windowed)
        ok = allow_libraries(rules, rights);
    ok = ok && allow(rules, "/dev/null", rights) &&
         allow(rules, "/dev/full", rights) &&
         syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0)
        close(rules);
    return ok;
}

#else

bool jail_has_landlock(void)
{
    return false;
}

bool jail_files(const struct jail *j)
{
    (void)j;
    return false;
}

#endif
