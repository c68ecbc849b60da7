/* script.c - what the commands of a script do, in guest time. */
#include "ui/control/script.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/session/keys.h"
#include "ui/display/screen.h"

#define MS INT64_C(1000000)
enum { POLL_MS = 20, HOLD_MS = 60, CLICK_MS = 60, MOUSE_MS = 30 };

#define RUN(name)                                                          \
    static int name(struct session *s, const struct command *c,            \
                    const char *where)

static int say(const char *where, int status, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;

static int say(const char *where, int status, const char *format, ...)
{
    va_list ap;

    fflush(stdout);
    fprintf(stderr, "%s: ", where);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    return status;
}

/* ---- looking ---- */

static bool on_screen(struct session *s, const char *text)
{
    char *screen = screen_text(s->pc, false);
    bool found = screen && strstr(screen, text);

    free(screen);
    if (found)
        return true;
    screen = screen_text(s->pc, true);  /* "A:\\> " ends in a blank */
    found = screen && strstr(screen, text);
    free(screen);
    return found;
}

static char *find(char *p, size_t n, const char *text, size_t len)
{
    for (; n >= len; p++, n--)
        if (!memcmp(p, text, len))
            return p;
    return NULL;
}

/* What matched counts as read: the next look begins behind it. */
static bool on_serial(struct session *s, const char *text)
{
    struct capture *c = &s->serial;
    size_t n = strlen(text);
    char *p = c->p ? find(c->p + c->seen, c->n - c->seen, text, n) : NULL;

    if (p)
        c->seen = (size_t)(p - c->p) + n;
    return p;
}

static bool wait_for(struct session *s, const struct command *c,
                     bool (*seen)(struct session *, const char *))
{
    int64_t end = pc_now(s->pc) + c->ns;

    for (;;) {
        int64_t left = end - pc_now(s->pc);

        if (seen(s, c->arg[0]))
            return true;
        if (left <= 0 || s->quit || s->off)
            return false;
        session_run(s, left < POLL_MS * MS ? left : POLL_MS * MS);
    }
}

static const char *reason(struct session *s, const struct command *c,
                          char buf[60])
{
    if (s->off)
        return "the machine is off";
    snprintf(buf, 60, "not seen in %.9g s", (double)c->ns / 1e9);
    return buf;
}

RUN(run_expect)
{
    char buf[60], *screen;

    if (wait_for(s, c, on_screen))
        return SCRIPT_GO_ON;
    if (s->quit)
        return s->status;
    say(where, 0, "expect \"%s\": %s; the screen:", c->arg[0],
        reason(s, c, buf));
    screen = screen_text(s->pc, false);
    fputs(screen && *screen ? screen : "(no text)\n", stderr);
    free(screen);
    return SCRIPT_FAILED;
}

RUN(run_expect_serial)
{
    struct capture *p = &s->serial;
    size_t from = p->n > 4000 ? p->n - 4000 : 0;
    char buf[60];

    if (wait_for(s, c, on_serial))
        return SCRIPT_GO_ON;
    if (s->quit)
        return s->status;
    say(where, 0, "expect-serial \"%s\": %s; COM1 sent:", c->arg[0],
        reason(s, c, buf));
    if (p->n > from)
        fwrite(p->p + from, 1, p->n - from, stderr);
    fputc('\n', stderr);
    return SCRIPT_FAILED;
}

static bool put_text(const char *path, const char *text, char *why)
{
    struct pc_file *f;

    if (!path)
        return (fputs(text, stdout) >= 0 && fflush(stdout) == 0) ||
               opt_bad(why, "standard output: cannot be written");
    f = pc_file_open(path, why);
    if (f)
        pc_file_put(f, text, strlen(text));
    return f && pc_file_close(f, true, why);
}

RUN(run_text)
{
    char *screen = screen_text(s->pc, false), why[PC_WHY] = "out of memory";
    bool ok = screen && put_text(c->args ? c->arg[0] : NULL, screen, why);

    free(screen);
    return ok ? SCRIPT_GO_ON : say(where, SCRIPT_MEDIA, "%s", why);
}

RUN(run_screenshot)
{
    char why[PC_WHY];

    return session_screenshot(s, c->arg[0], why)
               ? SCRIPT_GO_ON : say(where, SCRIPT_MEDIA, "%s", why);
}

RUN(run_hash)
{
    char line[20], why[PC_WHY];

    (void)c;
    snprintf(line, sizeof line, "%016" PRIx64 "\n", pc_hash(s->pc));
    return put_text(NULL, line, why) ? SCRIPT_GO_ON
                                     : say(where, SCRIPT_MEDIA, "%s", why);
}

RUN(run_assert_mem)
{
    uint8_t want[256], have[256];
    uint32_t addr;
    int n = script_bytes(c->arg[1], want, sizeof want);

    if (!script_address(c->arg[0], &addr) || n < 0)
        return SCRIPT_FAILED;
    pc_memory(s->pc, addr, have, (size_t)n);
    if (!memcmp(want, have, (size_t)n))
        return SCRIPT_GO_ON;
    say(where, 0, "assert-mem %s: there is", c->arg[0]);
    for (int i = 0; i < n; i++)
        fprintf(stderr, "%02x", have[i]);
    fputc('\n', stderr);
    return SCRIPT_FAILED;
}

/* ---- doing ---- */

static void finish_typing(struct session *s)
{
    while ((s->typist.count || s->typist.due > pc_now(s->pc)) && !s->quit &&
           !s->off)
        session_run(s, MS);
}

RUN(run_type)
{
    (void)where;
    for (const char *p = c->arg[0]; *p; p++)
        while (!typist_char(&s->typist, *p) && !s->quit && !s->off)
            session_run(s, MS);
    finish_typing(s);
    return SCRIPT_GO_ON;
}

RUN(run_key)
{
    uint16_t code[CHORD_KEYS];
    char bad[32];

    (void)where;
    for (int i = 0; i < c->args; i++) {
        int n = key_chord(c->arg[i], code, bad);

        typist_chord(&s->typist, code, n, HOLD_MS);
        finish_typing(s);
    }
    return SCRIPT_GO_ON;
}

RUN(run_mouse)
{
    int dx = (int)strtol(c->arg[0], NULL, 0);
    int dy = (int)strtol(c->arg[1], NULL, 0);
    int far = abs(dx) > abs(dy) ? abs(dx) : abs(dy);

    (void)where;
    pc_mouse(s->pc, dx, dy, 0, 0);
    session_run(s, (MOUSE_MS + far / 16) * MS);
    return SCRIPT_GO_ON;
}

RUN(run_click)
{
    (void)where;
    pc_mouse(s->pc, 0, 0, 0, (unsigned)script_button(c->arg[0]));
    session_run(s, CLICK_MS * MS);
    pc_mouse(s->pc, 0, 0, 0, 0);
    session_run(s, CLICK_MS * MS);
    return SCRIPT_GO_ON;
}

RUN(run_wait)
{
    (void)where;
    session_run(s, c->ns);
    return SCRIPT_GO_ON;
}

static enum pc_drive floppy(const char *name)
{
    return name[2] == 'a' ? PC_FDA : PC_FDB;
}

RUN(run_insert)
{
    struct pc_medium m = { .path = c->arg[1],
                           .snapshot = s->o->snapshot };
    char why[PC_WHY];

    return pc_insert(s->pc, floppy(c->arg[0]), &m, why)
               ? SCRIPT_GO_ON : say(where, SCRIPT_MEDIA, "%s", why);
}

RUN(run_eject)
{
    (void)where;
    pc_eject(s->pc, floppy(c->arg[0]));
    return SCRIPT_GO_ON;
}

RUN(run_save)
{
    char why[PC_WHY];

    return pc_save(s->pc, c->arg[0], why)
               ? SCRIPT_GO_ON : say(where, SCRIPT_MEDIA, "%s", why);
}

RUN(run_load)
{
    char why[PC_WHY];

    return session_load(s, c->arg[0], why)
               ? SCRIPT_GO_ON : say(where, SCRIPT_MEDIA, "%s", why);
}

RUN(run_nmi)
{
    (void)c, (void)where;
    pc_nmi(s->pc);
    return SCRIPT_GO_ON;
}

RUN(run_quit)
{
    (void)s, (void)where;
    return c->args ? (int)strtol(c->arg[0], NULL, 0) & 0xff : 0;
}

const struct verb script_verbs[] = {
    { "expect", "Ts", run_expect },
    { "expect-serial", "Ts", run_expect_serial },
    { "type", "y", run_type },
    { "key", "k", run_key },
    { "mouse", "ii", run_mouse },
    { "click", "b", run_click },
    { "wait", "t", run_wait },
    { "screenshot", "f", run_screenshot },
    { "text", "?f", run_text },
    { "insert", "df", run_insert },
    { "eject", "d", run_eject },
    { "save", "f", run_save },
    { "load", "f", run_load },
    { "hash", "", run_hash },
    { "assert-mem", "ax", run_assert_mem },
    { "nmi", "", run_nmi },
    { "quit", "?i", run_quit },
    { NULL, NULL, NULL }
};

int script_run(struct script *sc, struct session *s)
{
    for (int i = 0; i < sc->commands && !s->quit; i++) {
        const struct command *c = &sc->command[i];
        char where[200];
        int r;

        snprintf(where, sizeof where, "%.180s:%d", sc->path, c->line);
        r = c->verb->run(s, c, where);
        if (r != SCRIPT_GO_ON)
            return r;
    }
    return s->quit ? s->status : 0;
}
