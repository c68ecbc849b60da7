/* privileges.c - another user and another root for the process. */
#define _DEFAULT_SOURCE                 /* initgroups, chroot */
#include "ui/host/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "ui/app/options.h"

static bool change_root(const char *root, char *why)
{
    return !root || (chroot(root) == 0 && chdir("/") == 0) ||
           opt_bad(why, "-chroot %.150s: %s", root, strerror(errno));
}

/* The last line is the proof: a process that could become root again has
 * given up nothing. */
static bool become(const struct passwd *p, const char *user, char *why)
{
    if (initgroups(p->pw_name, p->pw_gid) || setgid(p->pw_gid) ||
        setuid(p->pw_uid))
        return opt_bad(why, "-run-as %.80s: %s", user, strerror(errno));
    return p->pw_uid == 0 || setuid(0) != 0 ||
           opt_bad(why, "-run-as %.80s: root can be had again", user);
}

bool privileges_drop(const char *user, const char *root, char *why)
{
    const struct passwd *p = user ? getpwnam(user) : NULL;

    if (user && !p)
        return opt_bad(why, "-run-as: there is no user '%.80s'", user);
    return change_root(root, why) && (!p || become(p, user, why));
}
