/* options.h - the command line, in QEMU's spelling. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"
#include "ui/session/front.h"
#include "ui/files/recfile.h"

enum speed_mode { SPEED_UNSET, SPEED_AUTO, SPEED_HOST, SPEED_MODEL, SPEED_FIXED,
                  SPEED_MAX };
enum sandbox_mode { SANDBOX_AUTO, SANDBOX_ON, SANDBOX_OFF };
enum opt_allow { ALLOW_MIGRATE = 1, ALLOW_EXEC = 2 };
enum rtc_mode { RTC_UTC, RTC_LOCAL, RTC_DATE };
enum { OPT_STRINGS = 320, SERIALS = 4, OPT_CONTROLS = 4, OPT_IMAGES = 16,
       CD_PLACE = PC_HDC, OPT_DEVICES = 32, OPT_AUDIODEVS = 4,
       OPT_CHARDEVS = 12, OPT_TAKEN = 96, OPT_LOOSE = 6 };

enum control_protocol { CONTROL_MONITOR, CONTROL_QMP, CONTROL_GDB };

struct options {
    struct pc_config config;            /* its strings last as long as this */
    const char *image[OPT_IMAGES];      /* those without an option */
    int images;                         /* floppies after the first: to swap */
    const char *display[DISPLAYS];      /* as given; none: the best */
    int displays;
    const char *channel[PC_CHANNELS];   /* "stdio", "file:x"; NULL: nowhere */
    int serials;
    struct { const char *spec; enum control_protocol protocol; }
        control[OPT_CONTROLS];
    int controls;                       /* monitors, in order */
    const char *device[OPT_DEVICES];    /* config.device points here */
    struct opt_chardev { const char *id, *spec; } chardev[OPT_CHARDEVS];
    int chardevs;
    struct opt_audiodev {
        const char *kind, *id, *path;
        uint32_t hz;                    /* 0: the usual */
    } audiodev[OPT_AUDIODEVS];
    int audiodevs;                      /* 0: what the display has */
    uint16_t given;                     /* channels that an option named */
    bool vga_given;
    bool nographic, no_reboot, no_shutdown, snapshot, paused;
    const char *incoming;               /* where the machine comes from */
    unsigned allow;                     /* an enum opt_allow each */
    const char *states;                 /* the file of named states, or NULL */
    const char *script, *load, *log_file, *pidfile, *record, *replay;
    bool record_embeds;                 /* copies of the media, too */
    uint64_t history;                   /* bytes; 0: none is kept */
    struct replay_file replaying;       /* what `replay` names */
    const char *name;                   /* of the machine, for titles */
    const char *log_topics;
    enum speed_mode speed;
    uint32_t ps_per_insn;               /* of SPEED_FIXED */
    enum sandbox_mode sandbox;
    enum rtc_mode rtc;
    bool rtc_given;
    int64_t rtc_date;
    struct { const char *option, *arg; } taken[OPT_TAKEN];
    int taken_n;
    uint64_t snapshot_max;              /* bytes of a drive's in memory */
    uint64_t output_max;                /* bytes of a log or a port's file */
    const char *run_as, *chroot;        /* a user, a folder; NULL */
    const char *files_dir;              /* of what commands may write; NULL */
    const char *writeconfig;            /* file to write the options to */
    struct { const char *id; struct pc_medium medium; } loose[OPT_LOOSE];
    int loose_drives;                   /* of if=none, for a -device */
    char *own[OPT_STRINGS];
    int owned;
};

enum opt_result { OPT_RUN, OPT_DONE, OPT_BAD };

/* OPT_DONE: an option like --help has printed what it was asked for. OPT_BAD:
 * why (PC_WHY bytes) holds the words. Afterwards options_free(), always. */
enum opt_result options_parse(struct options *o, int argc, char **argv,
                              char *why);
void options_free(struct options *o);

const char *options_tmpdir(void);       /* for temporary files */

/* A copy that lives as long as the options; NULL when memory is short. */
char *options_own(struct options *o, const char *text, size_t n);

struct opt_row {
    const char *name;                   /* without its dash */
    const char *arg;                    /* for --help; NULL: takes none */
    const char *help;
    /* Returns false with words in why. */
    bool (*take)(struct options *o, const struct opt_row *row, char *arg,
                 char *why);
    int n;                              /* for take */
    const char *const *values;          /* known ones, NULL at the end */
};
extern const struct opt_row opt_rows[]; /* name NULL: a heading (help) or the
                                           end (no help) */

/* What a row's "help" lists, on standard output; false where it lists nothing.
 * Then whether an option prints something and no machine is made: always, or
 * with that argument. */
bool opt_list_values(const struct opt_row *r);
bool opt_prints(const struct opt_row *r);
bool opt_prints_for(const struct opt_row *r, const char *arg);

/* optdev.c: take() of -device and its like. opt_list_devices(): -device's
 * argument asks for help, which is printed. */
bool opt_device(struct options *o, const struct opt_row *row, char *arg,
                char *why);
bool opt_machine(struct options *o, const struct opt_row *row, char *arg,
                 char *why);
bool opt_vga(struct options *o, const struct opt_row *row, char *arg,
             char *why);
/* Whether a -device is a display. */
bool opt_brings_display(const struct options *o);
bool opt_nodefaults(struct options *o, const struct opt_row *row, char *arg,
                    char *why);
bool opt_chardev(struct options *o, const struct opt_row *row, char *arg,
                 char *why);
bool opt_list_devices(const char *arg);

/* optaudio.c */
bool opt_audiodev(struct options *o, const struct opt_row *row, char *arg,
                  char *why);
bool opt_audio(struct options *o, const struct opt_row *row, char *arg,
               char *why);
void opt_list_machines(void);

/* One option as a machine file has it: its name, or "image", and its value
 * (on or off where it takes none). */
bool options_take(struct options *o, const char *name, const char *arg,
                  char *why);

/* optfile.c: machine files. options_write() writes the one that was asked
 * for; true when there was none. */
bool opt_readconfig(struct options *o, const struct opt_row *row, char *arg,
                    char *why);
bool options_write(const struct options *o, char *why);

/* The back-ends of channels whose part has a chardev=. */
bool options_connect(struct options *o, const struct pc *pc, char *why);

/* optval.c: fills *why with a message and the nearest of values; false. */
bool opt_unknown(char *why, const char *what, const char *value,
                 const char *const *values);
bool opt_bad(char *why, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Takes "key=value," off *p; a doubled comma is part of the value, which is
 * NULL where there is no '='. False at the end. */
bool opt_prop(char **p, char **key, char **value);
bool opt_bool(const char *value, bool *b);

/* "16", "640K", "1G" in KB; plain numbers count units of 1 KB << shift. */
bool opt_size(const char *text, int shift, uint32_t *kib);

/* "2026-01-31" or "2026-01-31T12:00:00" in seconds since 1970. */
bool opt_date(const char *text, int64_t *seconds);

/* "250ms", "2s", "1m", "90us", "3" (seconds), in ns; false if it is none. */
bool opt_time(const char *text, int64_t *ns);

/* The host's clock as the guest shall see it. */
int64_t opt_clock(enum rtc_mode mode);

/* What --help prints. */
void options_help(void);

#endif
