/* control.h - connections that drive the machine: the monitor's, QMP's, gdb's.
 *
 * A control listens at one place and speaks one protocol with each of its
 * clients. They may send anything, vanish, or never read what they get. */
#ifndef CONTROL_H
#define CONTROL_H

#include "ui/host/strbuf.h"
#include "ui/host/watch.h"
#include "ui/session/channels.h"

enum { CONTROLS = 4, PEERS = 8 };       /* CONTROLS: as OPT_CONTROLS */

struct session;
struct control;
struct gdb;

struct peer {                           /* one client */
    struct control *control;
    int in, out;                        /* fds; -1: nobody is here */
    struct strbuf from, to;             /* unfinished input; waiting output */
    struct strbuf waiting;              /* bytes that were not looked at */
    bool gone;                          /* to be closed when that is safe */
    bool ended;                         /* its input is at an end */
    bool socket;                        /* not the user's own terminal */
    bool greeted;                       /* it is one of ours: see guard.c */
    bool spoke;                         /* it has given a command */
    int64_t since;                      /* host time when it came */
    bool ready;                         /* QMP: capabilities negotiated */
    bool skipping;                      /* the rest of a line is dropped */
    bool in_string, escaped;            /* QMP: place in the JSON text */
    int depth;
    struct edit *edit;                  /* line editor of a terminal */
    struct gdb *gdb;                    /* gdb.h; NULL: another protocol */
};

struct protocol {
    void (*opened)(struct peer *p);
    void (*input)(struct peer *p, const char *bytes, size_t n);
    void (*ended)(struct peer *p);      /* its input has ended; may be NULL */
    void (*closed)(struct peer *p);     /* it has gone; may be NULL */
};
extern const struct protocol monitor_protocol, qmp_protocol;

struct control {
    struct session *s;
    const struct protocol *protocol;
    const char *spec;
    int listener;
    struct socket_words words;
    char *password;                     /* that a client has to know; NULL */
    struct peer peer[PEERS];
};

struct controls {
    struct control list[CONTROLS];
    int n;
};

/* spec: stdio, unix:PATH or tcp:HOST:PORT with properties as -serial has
 * them. False with words in why. */
bool control_open(struct session *s, const struct protocol *protocol,
                  const char *spec, char *why);

/* Runs what clients have asked for, sends what waits for them and closes the
 * connections of those that have gone. It is called between two slices. */
void controls_serve(struct session *s);
void controls_close(struct session *s);

/* Whether commands wait that were not run yet. */
bool controls_busy(const struct session *s);

/* ---- guard.c: who may speak ---- */

/* Whether a place that is to be listened at is one where only friends come.
 * Reads the password. False with words in why. */
bool guard_open(struct control *c, char *why);

/* Takes what a client says first off its waiting bytes, until it has said
 * enough to be greeted or to be cut off. */
void guard_greet(struct peer *p);

void peer_send(struct peer *p, const char *bytes, size_t n);

#endif
