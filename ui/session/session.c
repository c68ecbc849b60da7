/* session.c - opens and closes a session, and its files. */
#define _POSIX_C_SOURCE 200809L
#include "ui/session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/control/console.h"
#include "ui/control/gdb.h"
#include "ui/control/monitor.h"
#include "ui/host/edit.h"
#include "ui/display/page.h"
#include "ui/display/timeline/timeline.h"
#include "ui/control/qmp.h"
#include "ui/host/tty.h"
#include "ui/session/picture.h"
#include "ui/files/states.h"

enum { CAPTURE_MOST = 1 << 20 };

/* ---- what the machine calls ---- */

static bool hides_log(const struct display *d)
{
    return d->front->hides_log;
}

static void session_log_line(void *ctx, int64_t ns, enum pc_log_level level,
                             const char *who, const char *text)
{
    struct session *s = ctx;
    bool hidden = s->log.file == stderr && front_any(s, hides_log) &&
                  isatty(STDERR_FILENO);

    if (tty_signal() && level != PC_LOG_ERROR)
        return;                         /* it may be a pipe that is full */
    if (!hidden)
        logfile_line(&s->log, ns, level, who, text);
    else if (level == PC_LOG_ERROR)     /* lines would spoil the picture */
        front_say(s, "%s: %s", who, text);
}

static void capture_byte(struct capture *c, uint8_t byte)
{
    if (c->n == CAPTURE_MOST) {         /* forget the older half */
        size_t half = CAPTURE_MOST / 2;

        memmove(c->p, c->p + half, c->n - half);
        c->n -= half;
        c->seen = c->seen > half ? c->seen - half : 0;
    }
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 4096;
        char *p = realloc(c->p, cap);

        if (!p)
            return;
        c->p = p;
        c->cap = cap;
    }
    c->p[c->n++] = (char)byte;
}

static void out(void *ctx, enum pc_channel ch, uint8_t byte)
{
    struct session *s = ctx;

    if (s->capturing && ch == PC_COM1)
        capture_byte(&s->serial, byte);
    channels_put(&s->channels, ch, byte);
}

/* Keys and buttons that were down at a place of the past were let go later,
 * which will not come to pass once the machine goes another way. */
static void session_branch(void *ctx)
{
    pc_release(((struct session *)ctx)->pc);
}

static bool session_give_up(void *ctx)
{
    (void)ctx;
    return tty_signal();
}

static void trouble(void *ctx, const struct pc_trouble *t)
{
    struct session *s = ctx;

    qmp_block_error(s, t);
    if (t->action == PC_ERROR_STOP)
        s->trouble = *t;
}

static void escape_key(void *ctx, int ch)
{
    struct session *s = ctx;

    if (ch == 'x')
        session_quit(s, 0);
    else if (ch == 'c')
        console_switch(s);
    else if (ch == 'h')
        fputs("\r\nC-a x  quit\r\nC-a c  the monitor, and back\r\n"
              "C-a C-a  send C-a\r\n", stderr);
}

static bool session_wants(void *ctx, enum pc_log_level level, const char *who)
{
    return logfile_wants(&((struct session *)ctx)->log, level, who);
}

static void set_log(struct session *s)
{
    pc_set_log(s->pc, logfile_max(&s->log),
               logfile_wants(&s->log, PC_LOG_TRACE, "exec"), session_wants);
}

bool session_log(struct session *s, const char *topics, char *why)
{
    if (!logfile_set(&s->log, topics, why))
        return false;
    set_log(s);
    return true;
}

/* In a signal handler. */
static void hurry(void *ctx)
{
    pc_hurry(ctx);
}

/* ---- making ---- */

static const struct protocol *const protocols[] = {
    [CONTROL_MONITOR] = &monitor_protocol, [CONTROL_QMP] = &qmp_protocol,
    [CONTROL_GDB] = &gdb_protocol,
};

bool session_open(struct session *s, struct options *o, char *why)
{
    memset(s, 0, sizeof *s);
    s->o = o;
    s->record = -1;
    if (!migration_open(s, why) || !files_open(&s->files, o->files_dir, why) ||
        !logfile_open(&s->log, o->log_topics, o->log_file, why))
        return false;
    o->config.log = session_log_line;
    o->config.log_max = logfile_max(&s->log);
    o->config.out = out;
    o->config.give_up = session_give_up;
    o->config.trouble = trouble;
    o->config.branch = session_branch;
    o->config.midi = audio_midi;
    o->config.ctx = s;
    o->config.incoming = o->incoming != NULL;
    s->capturing = o->script != NULL;
    if (!(s->pc = pc_new(&o->config, why)))
        return false;
    tty_call(hurry, s->pc);
    if (o->load && !session_load(s, o->load, why))
        return false;
    if (!pc_history(s->pc, o->history))
        return opt_bad(why, "no memory for a history");
    if (o->replaying.head && !pc_replay(s->pc, o->replaying.head, why))
        return false;
    if (o->record && !recfile_start(s, o->record, o->record_embeds, why))
        return false;
    if (!options_connect(o, s->pc, why))
        return false;
    s->channels.escape = o->nographic ? escape_key : NULL;
    s->channels.divert = o->nographic ? console_byte : NULL;
    s->channels.ctx = s;
    s->channels.file_max = o->output_max;
    s->log.most = o->output_max;
    if (!channels_open(&s->channels, o->channel, &s->watch, why))
        return false;
    pace_init(&s->pace, o->speed);
    set_log(s);
    for (int i = 0; i < o->controls; i++)
        if (!control_open(s, protocols[o->control[i].protocol],
                          o->control[i].spec, why))
            return false;
    s->paused |= o->paused || o->incoming;
    if (o->incoming && !migration_listen(s, o->incoming, false, why))
        return false;
    return !tty_signal() || opt_bad(why, "ended by a signal");
}

static const char *ending(const struct session *s)
{
    if (tty_signal())
        return "host-signal";
    return s->off ? "guest-shutdown" : s->o->no_reboot && s->rebooted
               ? "guest-reset" : "host-qmp-quit";
}

static bool close_machine(struct session *s)
{
    char why[PC_WHY] = "";
    bool ok = !s->pc || pc_close(s->pc, why);

    if (!ok)
        fprintf(stderr, "isabox: %s\n", why);
    if (s->io_error)
        fprintf(stderr, "isabox: %.200s: the %s that failed is lost\n",
                s->trouble.name, s->trouble.write ? "write" : "read");
    return ok && !s->io_error;
}

bool session_close(struct session *s)
{
    char why[PC_WHY];
    bool ok;

    if (s->pc && s->controls.n)
        qmp_event(s, "SHUTDOWN", ending(s));
    controls_close(s);
    migration_close(s);
    ok = audio_close(s, why);
    if (!ok)
        fprintf(stderr, "isabox: %s\n", why);
    front_close(s);
    if (s->pc)
        pc_drain(s->pc);
    channels_close(&s->channels);
    tty_call(NULL, NULL);
    ok &= !s->pc || recfile_end(s);
    ok &= close_machine(s);
    ok &= logfile_close(&s->log);
    typist_clear(&s->typist);
    stops_free(s);
    files_close(&s->files);
    free(s->serial.p);
    page_free(s->page);
    timeline_free(s);
    picture_free(s->picture);
    edit_free(s->console);
    tty_restore();
    return ok;
}

/* ---- files ---- */

const char *session_shot_name(struct session *s, const char *type, char *buf,
                              size_t n)
{
    FILE *there;

    do {
        snprintf(buf, n, "isabox-%d.%s", ++s->shots, type);
        if ((there = fopen(buf, "rb")))
            fclose(there);
    } while (there);
    return buf;
}

/* "FILE,force" takes other media than the state was saved with. */
static bool session_load_file(struct session *s, const char *path, char *why)
{
    static const char force[] = ",force";
    size_t n = strlen(path), k = sizeof force - 1;
    bool forced = n > k && !strcmp(path + n - k, force), ok;
    char *name = strndup(path, forced ? n - k : n);

    if (!name)
        return opt_bad(why, "out of memory");
    ok = states_is_name(s, name) ? states_load(s, name, forced, why)
         : forced ? pc_load_forced(s->pc, name, why)
                  : pc_load(s->pc, name, why);
    free(name);
    return ok;
}

bool session_load(struct session *s, const char *path, char *why)
{
    if (!session_load_file(s, path, why))
        return false;
    session_anew(s);
    return true;
}
