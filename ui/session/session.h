/* session.h - a machine with everything of the host that it is tied to. */
#ifndef SESSION_H
#define SESSION_H

#include "ui/audio/audio.h"
#include "ui/session/channels.h"
#include "ui/files/files.h"
#include "ui/control/control.h"
#include "ui/control/stops.h"
#include "ui/session/front.h"
#include "ui/files/logfile.h"
#include "ui/migration/migration.h"
#include "ui/app/options.h"
#include "ui/session/pace.h"
#include "ui/session/panel.h"
#include "ui/session/typist.h"
#include "ui/session/wind.h"
#include "ui/host/watch.h"

/* What a serial port has sent, for expect-serial. */
struct capture {
    char *p;
    size_t n, cap, seen;                /* seen: what matched already */
};

struct session {
    struct pc *pc;
    struct options *o;
    struct display display[DISPLAYS];
    int displays;
    struct picture *picture;            /* what displays show */
    uint64_t slices;                    /* of guest time, so far */
    struct watch_list watch;
    struct typist typist;
    struct channels channels;
    struct pace pace;
    struct audio audio;
    struct logfile log;
    struct capture serial;
    struct controls controls;
    struct migration *migration;
    struct stops stops;
    bool broke;                         /* a stop ended the last run */
    struct files files;                 /* that commands may name */
    const struct panel *panel;          /* in the machine's place, or NULL */
    struct page *page;                  /* the monitor inside a front end */
    struct timeline *timeline;          /* while it is shown */
    struct edit *console;               /* the monitor on the serial console */
    bool in_console;
    bool capturing;
    struct wind wind;
    bool turbo, paused, quit, off;
    bool down;                          /* paused because the guest is off */
    bool io_error;                      /* paused because a medium failed */
    struct pc_trouble trouble;          /* the last failure of a medium */
    int64_t retry;                      /* host time of the next attempt */
    bool resetting;                     /* a reset from outside is under way */
    bool rebooted;                      /* the machine was reset since start */
    unsigned refresh;                   /* drives, as bits, whose folders are
                                         * looked at with the next reset */
    uint64_t written;                   /* sectors written to image files */
    int64_t wrote;                      /* guest time of the last of them */
    int64_t asked;                      /* host time when the user was asked
                                           whether to quit at all */
    int64_t warned;                     /* the same, whether to load a state
                                           with other media */
    bool at_frame;                      /* the guest has just ended a frame */
    bool asleep;                        /* it waited for most of the last slice */
    unsigned buttons;                   /* of the mouse, as monitors hold it */
    int status;                         /* of the process, when it quits */
    int shots;                          /* pictures and films without a name */
    int record;                         /* the file that grows; -1: none */
    int record_error;                   /* errno of the first failure */
    int image;                          /* of the IMAGEs: the one in A: */
};

/* Makes the machine; false with words in why. */
bool session_open(struct session *s, struct options *o, char *why);

/* False, with words on standard error, when not all could be written. */
bool session_close(struct session *s);

/* Runs up to ns of guest time, at the pace that is set, with the front end
 * and the channels served. Ends early when the machine is off or quit. */
void session_run(struct session *s, int64_t ns);

/* One slice of it, or, paused, a little of the host's time. */
void session_turn(struct session *s);

/* The machine is another one than a moment ago: nobody's fingers are on its
 * keys, and the two clocks start again from here. */
void session_anew(struct session *s);

/* The machine has come from elsewhere. */
void session_come(struct session *s);

/* The same without the host, until something stops the machine or that time is
 * over; true when it was a breakpoint or the like. */
bool session_run_to_stop(struct session *s, int64_t ns);

/* The machine is at another place of its past. */
void session_travelled(struct session *s);

void session_quit(struct session *s, int status);

/* Goes on to the end of a frame when the machine is running: what is drawn
 * then is a whole picture. */
void session_end_frame(struct session *s);

/* Whether the guest has written to an image file within the last second of
 * its time: more may be to come, a directory or a FAT. */
bool session_writing(const struct session *s);
void session_pause(struct session *s, bool paused);
void session_reset(struct session *s);
void session_powerdown(struct session *s);      /* the power switch */

/* Lets input that waits for the next instruction act now. */
void session_settle(struct session *s);

/* Runs one instruction of a paused machine; false when that ended something.
 */
bool session_step(struct session *s);

enum status { STATUS_RUNNING, STATUS_PAUSED, STATUS_OFF, STATUS_IO_ERROR,
              STATUS_COMING, STATUS_LEAVING, STATUS_GONE };
enum status session_status(const struct session *s);

/* Logs these topics from now on. */
bool session_log(struct session *s, const char *topics, char *why);

/* The next of isabox-N.png, or another type, that is not there yet, in buf. */
const char *session_shot_name(struct session *s, const char *type, char *buf,
                              size_t n);

/* Goes on from a saved state; keys that were down in it are let go. A path
 * that ends in ",force" takes other media than it was saved with. */
bool session_load(struct session *s, const char *path, char *why);

#endif
