/* control.h - connections that drive the machine: the monitor's and QMP's.
 *
 * A control listens at one place and speaks one protocol with each of its
 * clients. They may send anything, vanish, or never read what they get. */
#ifndef CONTROL_H
#define CONTROL_H

#include "ui/host/strbuf.h"
#include "ui/host/watch.h"

enum { CONTROLS = 4, PEERS = 8 };       /* CONTROLS: as OPT_CONTROLS */

struct session;
struct control;

struct peer {                           /* one client */
    struct control *control;
    int in, out;                        /* fds; -1: nobody is here */
    struct strbuf from, to;             /* unfinished input; waiting output */
    bool gone;                          /* to be closed when that is safe */
    bool ready;                         /* QMP: capabilities negotiated */
    bool skipping;                      /* the rest of a line is dropped */
    bool in_string, escaped;            /* QMP: place in the JSON text */
    int depth;
    struct edit *edit;                  /* line editor of a terminal */
};

struct protocol {
    void (*opened)(struct peer *p);
    void (*input)(struct peer *p, const char *bytes, size_t n);
    void (*ended)(struct peer *p);      /* its input has ended; may be NULL */
};
extern const struct protocol monitor_protocol, qmp_protocol;

struct control {
    struct session *s;
    const struct protocol *protocol;
    const char *spec;
    int listener;
    char *path;                         /* of a unix socket, to be removed */
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

/* Sends what waits, closes who has gone; to be called between slices. */
void controls_serve(struct session *s);
void controls_close(struct session *s);

void peer_send(struct peer *p, const char *bytes, size_t n);

#endif
