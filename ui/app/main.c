/* main.c - isabox: starts a machine as the command line says. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/app/confine.h"
#include "ui/app/disasm.h"
#include "ui/app/fleet.h"
#include "ui/app/image.h"
#include "ui/app/replay.h"
#include "ui/control/script.h"
#include "ui/session/session.h"
#include "ui/host/privileges.h"
#include "ui/host/tty.h"

enum { FAILED = 2 };                    /* usage or media */
enum { TOUR_EXIT_PORT = 0xf4 };         /* where the built-in disk reports */

/* The clock of a scripted machine always starts alike. */
#define SCRIPT_DATE INT64_C(1767268800) /* 2026-01-01 12:00:00 */

static int main_fail(const char *why)
{
    fprintf(stderr, "isabox: %s\n", why);
    return FAILED;
}

/* Puts an IMAGE where it belongs. With several floppies the first is in drive
 * A: and the others wait for the key that swaps them. */
static bool place_image(struct options *o, const char *image, char *why)
{
    struct pc_image_info info;
    struct pc_medium *drive = o->config.drive;

    if (!pc_image_info(image, &info, why))
        return false;
    drive += info.floppy ? PC_FDA : info.cdrom ? CD_PLACE : PC_HDA;
    if (drive->path && info.floppy && drive->path == o->image[0])
        return true;
    if (drive->path)
        return opt_bad(why, "%.80s: its drive holds %.80s already", image,
                       drive->path);
    drive->path = image;
    drive->cdrom = info.cdrom;
    return true;
}

/* Without any medium the built-in disk is in drive A:. */
static bool place_media(struct options *o, char *why)
{
    bool any = false;

    for (int n = 0; n < o->images; n++)
        if (!place_image(o, o->image[n], why))
            return false;
    for (int n = 0; n < PC_DRIVES; n++) {
        struct pc_medium *m = &o->config.drive[n];

        any |= m->path != NULL;
        m->snapshot |= o->snapshot;
        m->spill = options_tmpdir();
        m->snapshot_max = o->snapshot_max;
    }
    o->config.builtin_disk = !any;
    return true;
}

static void choose_clocks(struct options *o)
{
    if (o->speed == SPEED_UNSET)
        o->speed = o->script ? SPEED_MAX : SPEED_AUTO;
    o->config.ps_per_insn = o->ps_per_insn;
    if (o->rtc == RTC_DATE)
        o->config.rtc_start = o->rtc_date;
    else if (o->script && !o->rtc_given)
        o->config.rtc_start = SCRIPT_DATE;
    else
        o->config.rtc_start = opt_clock(o->rtc);
}

static bool takes_stdio(const struct options *o)
{
    bool takes = false;

    for (int i = 0; i < PC_CHANNELS; i++)
        takes |= o->channel[i] && !strcmp(o->channel[i], "stdio");
    for (int i = 0; i < o->controls; i++)
        takes |= !strcmp(o->control[i].spec, "stdio");
    return takes;
}

static void set_display(struct options *o, const char *name)
{
    o->display[0] = name;
    o->displays = 1;
}

/* One display at most can have standard input and output. */
static bool check_displays(const struct options *o, char *why)
{
    const char *taker = NULL;

    for (int n = 0; n < o->displays; n++) {
        if (!front_by_name(o->display[n])->takes_stdio)
            continue;
        if (taker)
            return opt_bad(why, "-display %s and -display %s both want the "
                           "terminal", taker, o->display[n]);
        taker = o->display[n];
    }
    return !taker || !takes_stdio(o) ||
           opt_bad(why, "stdio is taken by -display %s", taker);
}

static bool choose_display(struct options *o, char *why)
{
    if (o->nographic) {
        set_display(o, "none");
        if (!o->serials++)
            o->channel[PC_COM1] = "stdio";
    }
    if (!o->displays && (o->script || takes_stdio(o)))
        set_display(o, o->script ? "none" : front_window());
    return check_displays(o, why);
}

/* The built-in disk shows its menu to somebody and tests itself for nobody. */
static void choose_tour(struct options *o)
{
    if (!o->config.builtin_disk || o->script)
        return;
    o->config.builtin_start = front_watched(o) ? PC_TOUR_MENU
                                                        : PC_TOUR_TEST;
    for (int n = 0; n < o->config.devices; n++)
        if (!strncmp(o->device[n], "isa-debug-exit", 14))
            return;
    if (!o->config.exit_port)
        o->config.exit_port = TOUR_EXIT_PORT;
}

/* made: it is ours to remove. */
static bool write_pid(const char *path, bool *made, char *why)
{
    struct pc_file *f;
    char text[24];

    *made = false;
    if (!path)
        return true;
    snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (!(f = pc_file_open(path, why)))
        return false;
    pc_file_put(f, text, strlen(text));
    return *made = pc_file_close(f, true, why);
}

/* A device or a pipe stays. */
static void remove_pid(const char *path)
{
    struct stat st;

    if (path && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
        unlink(path);
}

/* Nobody runs other people's disks as root without knowing it. */
static void tell_root(const struct options *o)
{
    if (geteuid() == 0 && !o->run_as)
        fprintf(stderr, "isabox: runs as root; -run-as USER gives that up, "
                "-run-as root says that it is meant\n");
}

static int main_run(struct options *o, struct script *script)
{
    struct session *s = calloc(1, sizeof *s);
    bool opened, pid = false;
    char entry[FLEET_PATH] = "";
    char why[PC_WHY];
    int status = FAILED;

    if (!s)
        return main_fail("out of memory");
    tell_root(o);
    opened = session_open(s, o, why) && front_open(s, why) &&
             audio_open(s, why) && write_pid(o->pidfile, &pid, why) &&
             fleet_enter(o, entry, why) &&
             privileges_drop(o->run_as, o->chroot, why) &&
             confine(s, script, entry, why);
    if (!opened)
        session_quit(s, FAILED);
    while (opened && s->migration->coming && !s->quit)
        session_turn(s);                /* a script is about what comes */
    if (opened && script && !s->quit)
        session_quit(s, script_run(script, s));
    while (!s->quit && !s->off)
        session_run(s, INT64_C(1000000000));
    status = s->status;
    if (!session_close(s) && !status)
        status = FAILED;
    if (!opened)
        main_fail(why); /* where a front end hides no more */
    if (pid)
        remove_pid(o->pidfile);
    fleet_leave(entry);
    free(s);
    return status;
}

/* What the machine of a record was, but for the engine. */
static bool place_replay(struct options *o, char *why)
{
    struct pc_config own = o->config;

    if (!replay_file_read(&o->replaying, o->replay, why))
        return false;
    o->config = *pc_replay_machine(o->replaying.head);
    o->config.engine = own.engine;
    o->config.cache_off = own.cache_off;
    return true;
}

static int main_start(struct options *o)
{
    struct script *script = NULL;
    char why[PC_WHY];
    int status;

    if (!(o->replay ? place_replay(o, why) : place_media(o, why)) ||
        !choose_display(o, why) ||
        (o->script && !(script = script_read(o->script, why))))
        return main_fail(why);
    if (o->replay && o->speed == SPEED_UNSET)
        o->speed = SPEED_HOST;
    if (!o->replay)
        choose_clocks(o);
    if (!o->replay)
        choose_tour(o);
    status = main_run(o, script);
    script_free(script);
    return status;
}

/* Ends as if a signal had not been caught, so that a shell sees it. */
static int main_finish(int status)
{
    fflush(NULL);
    if (tty_signal()) {
        signal(tty_signal(), SIG_DFL);
        raise(tty_signal());
    }
    return status;
}

int main(int argc, char **argv)
{
    struct options o;
    char why[PC_WHY];
    int status = 0;

    signal(SIGXFSZ, SIG_IGN);           /* write() tells of it, too */
    if (argc > 1 && !strcmp(argv[1], "image"))
        return image_main(argc - 1, argv + 1);
    if (argc > 1 && (!strcmp(argv[1], "list") || !strcmp(argv[1], "stop") ||
                     !strcmp(argv[1], "status")))
        return fleet_main(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "disasm"))
        return disasm_main(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "replay"))
        return replay_main(argc - 1, argv + 1);
    tty_catch_signals();
    switch (options_parse(&o, argc, argv, why)) {
    case OPT_RUN:  status = main_start(&o); break;
    case OPT_DONE: break;
    case OPT_BAD:  status = main_fail(why); break;
    }
    options_free(&o);
    return main_finish(status);
}
