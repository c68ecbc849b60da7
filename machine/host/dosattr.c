/* dosattr.c - DOS's attributes of a file of the host. */
#include "machine/host/dosattr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/xattr.h>

static const char dosattr_name[] = "user.DOSATTRIB";

/* Behind the number there may be more: Samba's own data, which have the
 * attributes once more. So who sets them leaves none of that. */
static int dosattr_number(const char *text, ssize_t n)
{
    char copy[16] = "";

    if (n < 3 || text[0] != '0' || text[1] != 'x')
        return -1;
    memcpy(copy, text, (size_t)n < sizeof copy ? (size_t)n : sizeof copy - 1);
    return (int)(strtoul(copy + 2, NULL, 16) & DOSATTR_KEPT);
}

int dosattr_get(int folder, const char *name, bool follow)
{
    char path[300], text[256];
    ssize_t n;

    snprintf(path, sizeof path, "/proc/self/fd/%d/%s", folder, name);
    n = follow ? getxattr(path, dosattr_name, text, sizeof text)
               : lgetxattr(path, dosattr_name, text, sizeof text);
    return dosattr_number(text, n);
}

bool dosattr_differs(int fd, u8 attr, u8 usual)
{
    char text[256];
    ssize_t n = fgetxattr(fd, dosattr_name, text, sizeof text);
    int is = dosattr_number(text, n);

    return (is < 0 ? usual : is) != attr;
}

void dosattr_set(int fd, u8 attr)
{
    char text[8];
    int n = snprintf(text, sizeof text, "0x%x", attr);

    fsetxattr(fd, dosattr_name, text, (size_t)n, 0);
}

#else

int dosattr_get(int folder, const char *name, bool follow)
{
    (void)folder, (void)name, (void)follow;
    return -1;
}

bool dosattr_differs(int fd, u8 attr, u8 usual)
{
    (void)fd, (void)attr, (void)usual;
    return false;
}

void dosattr_set(int fd, u8 attr)
{
    (void)fd, (void)attr;
}

#endif
