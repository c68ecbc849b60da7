/* options.h - the command line, in QEMU's spelling. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"

enum speed_mode { SPEED_UNSET, SPEED_AUTO, SPEED_HOST, SPEED_MODEL, SPEED_FIXED,
                  SPEED_MAX };
enum rtc_mode { RTC_UTC, RTC_LOCAL, RTC_DATE };
enum { OPT_STRINGS = 128, SERIALS = 4, OPT_CONTROLS = 4, OPT_IMAGES = 16 };

struct options {
    struct pc_config config;            /* its strings last as long as this */
    const char *image[OPT_IMAGES];      /* those without an option */
    int images;                         /* floppies after the first: to swap */
    const char *display;                /* a front end's name, NULL: any */
    const char *channel[PC_CHANNELS];   /* "stdio", "file:x"; NULL: nowhere */
    int serials;
    struct { const char *spec; bool qmp; } control[OPT_CONTROLS];
    int controls;                       /* monitors, in order */
    bool nographic, no_reboot, no_shutdown, snapshot;
    const char *script, *load, *log_file, *pidfile;
    const char *name;                   /* of the machine, for titles */
    const char *log_topics;
    enum speed_mode speed;
    uint32_t ps_per_insn;               /* of SPEED_FIXED */
    enum rtc_mode rtc;
    bool rtc_given;
    int64_t rtc_date;
    int drives;                         /* of -drive without index, by bus */
    char *own[OPT_STRINGS];
    int owned;
};

enum opt_result { OPT_RUN, OPT_DONE, OPT_BAD };

/* OPT_DONE: an option like --help has printed what it was asked for. OPT_BAD:
 * why (PC_WHY bytes) holds the words. Afterwards options_free(), always. */
enum opt_result options_parse(struct options *o, int argc, char **argv,
                              char *why);
void options_free(struct options *o);

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
