/* run.c - a session's slices: the machine runs for a while, then the host is
 * served. */
#define _POSIX_C_SOURCE 200809L
#include "ui/session/session.h"

#include <stdio.h>

#include "ui/control/gdb.h"
#include "ui/control/monitor.h"
#include "ui/control/qmp.h"
#include "ui/host/tty.h"

#define MS INT64_C(1000000)
enum { SLICE_MS = 10, TRAFFIC_MS = 2, SOUND_MS = 5, FRAME_MS = 17,
       UNWATCHED_MS = 100, WRITING_MS = 1000, HURRY_MS = 50, STILL_MS = 200,
       PAUSED_MS = 50, PANEL_MS = 15, WIND_MS = 25, FRAME_MOST_MS = 50,
       RETRY_MS = 1000 };

void session_quit(struct session *s, int status)
{
    if (!s->quit)
        s->status = status;
    s->quit = true;
}

/* Sectors written to image files; those that are kept in memory don't count.
 */
static uint64_t sectors_written(const struct session *s)
{
    struct pc_block_info info;
    uint64_t sum = 0;

    for (int d = 0; d < PC_DRIVES; d++)
        if (pc_block_info(s->pc, (enum pc_drive)d, &info) && !info.snapshot)
            sum += info.written;
    return sum;
}

static void watch_writes(struct session *s)
{
    uint64_t sum = sectors_written(s);

    if (sum > s->written)
        s->wrote = pc_now(s->pc);
    s->written = sum;
}

bool session_writing(const struct session *s)
{
    return s->written && pc_now(s->pc) < s->wrote + WRITING_MS * MS;
}

void session_pause(struct session *s, bool paused)
{
    char why[PC_WHY];

    if (!paused && migration_holds(s))
        return;
    if (s->paused != paused)
        qmp_event(s, paused ? "STOP" : "RESUME", NULL);
    if (paused && !s->paused && !pc_flush(s->pc, why))
        front_say(s, "%s", why);
    s->paused = paused;
    s->down &= paused;
    s->io_error &= paused;
    if (paused)
        gdb_paused(s);
    if (!paused) {
        pc_pass(s->pc);
        pace_restart(&s->pace, s->pc);
    }
}

static void rebooted(struct session *s)
{
    s->down = false;
    s->rebooted = true;
    drives_rebooted(s);
    if (s->o->no_reboot)
        session_quit(s, 0);
    else
        qmp_event(s, "RESET", s->resetting ? "host-qmp-system-reset"
                                           : "guest-reset");
    s->resetting = false;
}

static bool is_watched(const struct display *d)
{
    return d->front->watched;
}

/* Whether nobody is there, by a control or a display, who could make the
 * machine go on. */
static bool alone(const struct session *s)
{
    return !s->controls.n && !front_any(s, is_watched);
}

/* The host failed a medium. The machine pauses, and the request waits in its
 * device until it goes on. A script that runs alone ends, for nobody would let
 * it go on. */
static void failed_medium(struct session *s)
{
    const struct pc_trouble *t = &s->trouble;

    front_say(s,
              "%.100s: %s failed: %s; paused until there is room and it "
              "is told to go on",
              t->name, t->write ? "write" : "read", t->text);
    session_pause(s, true);
    s->io_error = true;
    s->retry = pace_clock() + RETRY_MS * MS;
    if (s->o->script && alone(s))
        session_quit(s, 2);
}

/* From here on the machine is the user's; a run that nobody sees is over. */
static void replayed(struct session *s)
{
    struct pc_replay_info i = pc_replay_info(s->pc);

    front_say(s, "%s", i.text);
    if (s->o->script || alone(s)) {
        if (i.diverged)
            fprintf(stderr, "isabox: %s\n", i.text);
        session_quit(s, i.diverged);
    } else
        session_pause(s, true);
}

/* The machine has stopped at a breakpoint or the like. A script's `wait` ends
 * early by it; for everybody else the machine is paused. */
static void broke(struct session *s)
{
    struct strbuf text = { 0 };
    struct pc_hit h;
    const struct stop *t;

    s->broke = true;
    if (s->o->script && !gdb_attached(s))
        return;
    session_pause(s, true);
    t = pc_last_hit(s->pc, &h) ? stop_find(s, h.number) : NULL;
    if (t && !t->owner && !t->quiet)    /* gdb tells of its own */
        stop_tell(s, &text);
    if (text.n) {
        monitor_say(s, text.p);
        front_say(s, "%.*s", (int)text.n - 1, text.p);
    }
    strbuf_free(&text);
}

static void stopped(struct session *s, int why)
{
    if (why & PC_BREAK)
        broke(s);
    if (why & (PC_REPLAYED | PC_DIVERGED))
        replayed(s);
    if (why & PC_TROUBLE)
        failed_medium(s);
    if (why & PC_EXIT)
        session_quit(s, pc_exit_code(s->pc) & 0xff);
    if (why & PC_SHUTDOWN && s->o->no_reboot)
        session_quit(s, 0);
    if (why & PC_REBOOT)
        rebooted(s);
    if (!(why & PC_OFF))
        return;
    if (s->o->no_shutdown) {
        front_say(s, "the machine is off");
        qmp_event(s, "SHUTDOWN", "guest-shutdown");
        session_pause(s, true);
        s->down = true;
    } else
        s->off = true;
}

void session_settle(struct session *s)
{
    stopped(s, pc_settle(s->pc, PC_REBOOT));
}

void session_reset(struct session *s)
{
    s->resetting = true;
    s->off = false;
    typist_clear(&s->typist);           /* that was for what ran before */
    pc_reset(s->pc);
    session_settle(s);
}

void session_powerdown(struct session *s)
{
    qmp_event(s, "POWERDOWN", NULL);
    if (s->down)
        return;
    pc_power_button(s->pc);
    session_settle(s);
}

/* A film gets each frame when it is over. */
static int film_stop(const struct session *s)
{
    return s->audio.movie ? PC_FRAME : 0;
}

bool session_step(struct session *s)
{
    int why = pc_step(s->pc, PC_REBOOT | PC_BREAK | film_stop(s));

    if (why & PC_FRAME)
        audio_frame(s);
    why &= ~(PC_BREAK | PC_FRAME);
    stopped(s, why);
    return !why;
}

enum status session_status(const struct session *s)
{
    if (migration_holds(s))
        return pc_is_gone(s->pc) ? STATUS_GONE
               : s->migration->coming ? STATUS_COMING : STATUS_LEAVING;
    return s->down || s->off ? STATUS_OFF : s->io_error ? STATUS_IO_ERROR
           : s->paused ? STATUS_PAUSED : STATUS_RUNNING;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void serve_host(struct session *s, int64_t wait)
{
    bool busy;

    channels_flush(&s->channels, s->pc);
    audio_serve(s);
    controls_serve(s);
    busy = panel_work(s);
    s->slices++;
    front_tick(s);
    wait = migration_serve(s, wait);
    if (busy || controls_busy(s))
        wait = 0;
    if (wait)
        tty_ring_off();
    if (wait || s->watch.n)
        watch_wait(&s->watch, wait);
    if (tty_signal())
        session_quit(s, 128 + tty_signal());
    controls_serve(s);
}

/* Whether a slice that ended for these reasons goes on. In a script's run it
 * does where a slow host cut it short: what happens at its end, a key typed for
 * one, is a matter of guest time alone. So it does where only a film was to get
 * its frame. */
static bool slice_goes_on(const struct session *s, int why, bool to_frame)
{
    int rest = why & ~(to_frame ? 0 : PC_FRAME);

    return !tty_signal() &&
           (!rest || (rest == PC_HURRIED && s->o->script));
}

static void session_run_on(struct session *s, int64_t ns, bool to_frame,
                           int ring_ms)
{
    int stop = PC_REBOOT | PC_BREAK | (s->o->no_reboot ? PC_SHUTDOWN : 0) |
               (to_frame ? PC_FRAME : film_stop(s));
    int64_t end = pc_now(s->pc) + (ns > 0 ? ns : 1);
    int why;

    do {
        tty_ring(ring_ms);
        why = pc_run(s->pc, end - pc_now(s->pc), stop);
        if (why & PC_FRAME)
            audio_frame(s);
    } while (slice_goes_on(s, why, to_frame));
    s->at_frame = why & PC_FRAME;
    stopped(s, why);
}

void session_end_frame(struct session *s)
{
    int64_t end = pc_now(s->pc) + FRAME_MOST_MS * MS;

    while (!s->at_frame && !s->paused && !s->quit && !s->off &&
           pc_now(s->pc) < end)
        session_run_on(s, end - pc_now(s->pc), true, HURRY_MS);
}

static bool is_seen(const struct display *d)
{
    return !d->unwatched;
}

static bool draws_now(const struct display *d)
{
    return d->front->draws && !d->unwatched;
}

/* Nobody looks or listens, and the guest waits: what the host brings wakes the
 * session before the slice's end. */
static bool session_still(const struct session *s)
{
    return s->asleep && s->audio.quiet && !front_any(s, draws_now);
}

/* Whether the guest waited for most of the time since then. */
static bool slept_most(const struct pc *pc, int64_t now, int64_t asleep)
{
    return pc_asleep(pc) - asleep > (pc_now(pc) - now) / 4 * 3;
}

static void session_one_slice(struct session *s, int64_t end)
{
    int64_t now = pc_now(s->pc), start = pace_clock(), slice;
    int64_t asleep = pc_asleep(s->pc);
    bool still = session_still(s);
    bool unwatched = still || (s->displays && !front_any(s, is_seen));
    bool to_frame = front_wants_frame(s, start);

    slice = (unwatched ? UNWATCHED_MS : to_frame ? FRAME_MS : SLICE_MS) *
            MS;
    slice = least(slice, typist_run(&s->typist, s->pc) - now);
    slice = least(slice, end - now);
    if (channels_busy(&s->channels, start))
        slice = least(slice, TRAFFIC_MS * MS);
    if (audio_is_heard(s))
        slice = least(slice, SOUND_MS * MS);
    channels_feed(&s->channels, s->pc);
    session_run_on(s, slice, to_frame, still ? STILL_MS : HURRY_MS);
    s->asleep = slept_most(s->pc, now, asleep);
    watch_writes(s);
    pace_ran(&s->pace, s->pc, pace_clock() - start);
    serve_host(s, s->turbo ? 0 : pace_ahead(&s->pace, s->pc));
}

/* One slice, or, paused, a little of the host's time; or one of the pictures
 * that run backwards while a key for that is held. */
static void session_slice_or_wait(struct session *s, int64_t end)
{
    if (wind_turn(s))
        serve_host(s, WIND_MS * MS);
    else if (s->paused)
        serve_host(s, (s->panel ? PANEL_MS : PAUSED_MS) * MS);
    else
        session_one_slice(s, end);
}

void session_turn(struct session *s)
{
    session_slice_or_wait(s, pc_now(s->pc) + SLICE_MS * MS);
}

void session_anew(struct session *s)
{
    s->off = s->down = false;
    s->wrote = INT64_MIN / 2;           /* that was another time */
    typist_clear(&s->typist);
    pc_release(s->pc);
    pace_restart(&s->pace, s->pc);
}

void session_come(struct session *s)
{
    session_anew(s);
    if (!s->o->paused)
        session_pause(s, false);
}

void session_run(struct session *s, int64_t ns)
{
    int64_t end = pc_now(s->pc) + ns;

    if (!s->pace.host)
        pace_restart(&s->pace, s->pc);
    s->broke = false;
    while (!s->quit && !s->off && !s->broke && pc_now(s->pc) < end) {
        if (s->paused && s->io_error && alone(s) && pace_clock() > s->retry)
            session_pause(s, false);
        session_slice_or_wait(s, end);
    }
}

void session_travelled(struct session *s)
{
    s->off = s->down = false;
    typist_clear(&s->typist);
    audio_forget(s);
    pace_restart(&s->pace, s->pc);
}

bool session_run_to_stop(struct session *s, int64_t ns)
{
    int64_t end = pc_now(s->pc) + ns;

    pc_pass(s->pc);
    s->broke = false;
    do
        session_run_on(s, least(end - pc_now(s->pc), SLICE_MS * MS), false,
                       HURRY_MS);
    while (!s->broke && !s->quit && !s->off && pc_now(s->pc) < end &&
           !tty_signal());
    return s->broke;
}
