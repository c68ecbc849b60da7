/* broker.h - a second process, outside of the sandbox, that makes connections.
 *
 *   isabox (sandbox) --- "connect to X", "run Y" ---> broker --> X, Y
 *                    <-- a file descriptor or words --
 *
 * The sandbox lets the process open no socket and start no program. Where the
 * command line allows that for migration (-allow), a process that was forked
 * before anything was opened does it, and hands over what it got. It does one
 * thing at a time and ends with the process that asks. */
#ifndef BROKER_H
#define BROKER_H

#include "ui/session/channels.h"

enum broker_wish {
    BROKER_CONNECT,                     /* tcp:HOST:PORT, unix:PATH */
    BROKER_LISTEN,                      /* the same */
    BROKER_WRITE_TO,                    /* a command's standard input */
    BROKER_READ_FROM,                   /* a command's standard output */
    BROKER_AWAIT                        /* the end of that command */
};

enum { BROKER_TEXT = 600 };

struct broker_answer {
    int fd;                             /* -1: none */
    int status;                         /* of the command's end; 0: it worked */
    struct socket_words words;          /* of the socket: who may connect; its
                                         * texts do not come from the process */
    char why[240];                      /* what went wrong, or "" */
};

struct broker {
    int fd;                             /* to the process; -1: there is none */
    bool programs;                      /* it may start them */
};

/* Forks it. user, root: as of privileges_drop(). */
bool broker_start(struct broker *b, bool programs, const char *user,
                  const char *root, char *why);
void broker_end(struct broker *b);

/* Asks for one thing; broker_hear() is true when the answer has come, to be
 * called when b->fd is readable, or to wait. */
bool broker_ask(struct broker *b, enum broker_wish wish, const char *text,
                char *why);
bool broker_hear(struct broker *b, struct broker_answer *a);

/* Does it in this process, where no sandbox keeps it from that. */
void broker_do(enum broker_wish wish, const char *text, bool programs,
               struct broker_answer *a);

#endif
