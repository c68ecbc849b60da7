/* migration.h - a session's machine goes to another process, or comes from one.
 *
 *   SETUP --> ACTIVE ------------> DEVICE ----------> COMPLETED
 *   connect   pages go, the guest  it stands still,   the target has it
 *      |      runs    |            the rest goes
 *      +--------------+---------------+--> FAILED, CANCELLED: it goes on here
 *
 * URI: tcp:HOST:PORT, unix:PATH, exec:COMMAND, file:PATH. The first two have
 * the target's answer; with the others, that the command has ended well or that
 * the file is whole takes the answer's place. */
#ifndef MIGRATION_H
#define MIGRATION_H

#include "ui/migration/broker.h"
#include "ui/session/channels.h"

struct session;

enum migration_status { MIGRATION_NONE, MIGRATION_SETUP, MIGRATION_ACTIVE,
                        MIGRATION_DEVICE, MIGRATION_COMPLETED,
                        MIGRATION_FAILED, MIGRATION_CANCELLED };
enum { MIGRATION_PART = 64 << 10 };

struct migration {
    struct broker broker;
    enum migration_status status;       /* of either direction */
    char why[PC_WHY];                   /* what made it fail */

    int64_t downtime_limit, bandwidth;  /* ms; bytes a second */

    /* Going. */
    int fd;                             /* where the stream goes; -1 */
    struct pc_file *file;               /* or that */
    bool answers;                       /* the target does */
    bool command;                       /* fd is its standard input */
    bool asked;                         /* the broker, who has yet to answer */
    bool was_paused;
    bool sent;                          /* all, up to the answer */
    bool back;                          /* the media have to be had back */
    uint8_t part[MIGRATION_PART];       /* of the stream, not yet written */
    size_t part_n, part_at;
    int64_t began, stopped, ended, moved;       /* host times */
    int64_t busy;                       /* host time spent on writing */
    uint64_t sent_bytes, busy_bytes;
    int64_t setup_ns, down_ns;
    struct pc_migration last;           /* as it was at the end */

    /* Coming. */
    struct socket_words words;
    int listener, from;                 /* -1 */
    bool coming;                        /* the machine is not here yet */
    bool deferred;                      /* -incoming defer: failures are not
                                         * the end */
    bool one_way;                       /* nobody hears an answer */
    int64_t heard;                      /* host time of the last bytes */
};

/* The command line's -allow and -incoming. */
bool migration_open(struct session *s, char *why);
void migration_close(struct session *s);

/* False with words in why: it does not even begin. */
bool migration_start(struct session *s, const char *uri, bool remote,
                     char *why);
bool migration_cancel(struct session *s, char *why);
/* The machine goes on here though it has gone, or though its sender has not let
 * go of it, as pc_migrate_revive(). */
bool migration_revive(struct session *s, char *why);
bool migration_under_way(const struct session *s);

/* Sends for up to `wait` ns of host time, or a little while the guest runs;
 * returns how much of `wait` is left. */
int64_t migration_serve(struct session *s, int64_t wait);

/* Waits for the machine at a place; "defer" puts that off. */
bool migration_listen(struct session *s, const char *uri, bool remote,
                      char *why);

/* A sender that has said nothing for minutes is cut off; and giving it up, as
 * long as the machine is the sender's, or when it is kept for one that is gone.
 * False: it is neither. */
void migration_mind_sender(struct session *s);
bool migration_give_up(struct session *s, char *why);

/* Why the machine can't go on here, or NULL. */
const char *migration_holds(const struct session *s);

const char *migration_word(const struct session *s);

/* ---- between migr*.c ---- */

void migration_become(struct session *s, enum migration_status status);

/* A machine that is kept goes on here. */
bool migration_bring_on(struct session *s, char *why);

bool migration_knows(const char *uri, char *why);

/* Whether a connection may be made or a command run for it. */
bool migration_allowed(const struct session *s, const char *uri, bool remote,
                       char *why);

#endif
