/* guard.c - which clients may drive the machine.
 *
 * A browser can be made to send what a page likes to any port of its host: it
 * begins with a request or a handshake, and a client that does so is none of
 * ours, whatever follows. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/control.h"
#include "ui/session/session.h"

enum { PASSWORD_MOST = 200 };

/* ---- the place ---- */

static bool read_password(struct control *c, const char *path, char *why)
{
    FILE *f = fopen(path, "r");
    char line[PASSWORD_MOST + 2] = "";

    if (!f)
        return opt_bad(why, "%.150s: cannot be read", path);
    if (!fgets(line, sizeof line, f))
        *line = 0;
    fclose(f);
    line[strcspn(line, "\r\n")] = 0;
    if (!*line || strlen(line) > PASSWORD_MOST)
        return opt_bad(why, "%.150s: its first line is no password of 1 to %d "
                       "characters", path, PASSWORD_MOST);
    c->password = strdup(line);
    return c->password || opt_bad(why, "out of memory");
}

bool guard_open(struct control *c, char *why)
{
    if (c->words.password_file &&
        !read_password(c, c->words.password_file, why))
        return false;
    return !c->words.server || c->words.loopback || c->words.nets ||
           c->password ||
           opt_bad(why, "%.80s: other hosts could drive the machine; say who "
                   "with allow=ADDRESS/BITS or password-file=FILE", c->spec);
}

/* ---- what comes first ---- */

static void cut_off(struct peer *p, const char *what)
{
    fprintf(stderr, "isabox: %.80s: a client %s and was cut off\n",
            p->control->spec, what);
    p->gone = true;
}

enum verdict { UNKNOWN, OURS, FOREIGN };

/* What a client is by its first n bytes. UNKNOWN: they may still become the
 * beginning of a browser's request. */
static enum verdict judge(const char *bytes, size_t n)
{
    static const char *const foreign[] = {
        "GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH ",
        "TRACE ", "CONNECT ", "PRI * HTTP", "\x16\x03"    /* TLS's hello */
    };
    enum verdict v = n ? OURS : UNKNOWN;

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        size_t len = strlen(foreign[i]), both = n < len ? n : len;

        if (memcmp(bytes, foreign[i], both))
            continue;
        if (both == len)
            return FOREIGN;
        v = UNKNOWN;
    }
    return v;
}

/* Whether b, of n bytes, is the string a. It takes equally long wherever they
 * differ, so that the time tells nothing. */
static bool same_secret(const char *a, const char *b, size_t n)
{
    size_t len = strlen(a);
    unsigned differ = len != n;

    for (size_t i = 0; i < n; i++)
        differ |= (unsigned char)a[i < len ? i : 0] ^ (unsigned char)b[i];
    return !differ;
}

/* The first line is the password. */
static void ask_password(struct peer *p)
{
    struct strbuf *b = &p->waiting;
    char *end = b->n ? memchr(b->p, '\n', b->n) : NULL;
    size_t n = end ? (size_t)(end - b->p) : b->n;
    bool cr = end && n && end[-1] == '\r';

    if (!end && n <= PASSWORD_MOST)
        return;
    if (!end || !same_secret(p->control->password, b->p, n - cr)) {
        cut_off(p, "gave no password that is right");
        return;
    }
    strbuf_drop(b, n + 1);
    p->greeted = true;
    p->control->protocol->opened(p);
}

void guard_greet(struct peer *p)
{
    enum verdict v = judge(p->waiting.p, p->waiting.n);

    if (v == FOREIGN)
        cut_off(p, "speaks HTTP or TLS, not the monitor's or QMP's language,");
    else if (p->control->password)
        ask_password(p);
    else
        p->greeted = v == OURS;
}
