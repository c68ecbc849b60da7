/* channels.h - the host's ends of serial, parallel and debug ports. */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "machine/pc.h"
#include "ui/host/watch.h"

enum { CHANNEL_OUT = 16384, CHANNEL_IN = 4096 };

struct channel {
    struct channels *all;
    enum pc_channel id;
    int in, out, listener;              /* fds, -1: none */
    char *path;                         /* of a socket to be removed */
    const char *file;                   /* that takes the bytes, or NULL */
    bool told;                          /* of bytes that it did not take */
    bool slow;                          /* it did not take them in time */
    bool tty;                           /* stdio */
    bool pty, attached;                 /* somebody has the other end open */
    uint8_t to_host[CHANNEL_OUT], to_guest[CHANNEL_IN];
    size_t out_n, in_n;
};

struct channels {
    struct channel ch[PC_CHANNELS];
    struct watch_list *watch;
    bool open, after_escape;
    bool moved;                         /* bytes, since channels_busy() */
    int64_t busy;                       /* until then, host time */
    /* When set, Ctrl-A on stdio starts a command, as QEMU's -nographic. */
    void (*escape)(void *ctx, int ch);
    /* May take what is typed on stdio away from the guest. */
    bool (*divert)(void *ctx, uint8_t byte);
    void *ctx;
};

/* spec[ch] as the options have them, NULL: nowhere. */
bool channels_open(struct channels *c, const char *const *spec,
                   struct watch_list *watch, char *why);

/* Waits a while for who is slow; what is not taken then is lost, with a
 * message. */
void channels_close(struct channels *c);

void channels_put(struct channels *c, enum pc_channel ch, uint8_t byte);

/* Passes on what the guest has sent. Where much of it waits the guest's port
 * is held until there is room. */
void channels_flush(struct channels *c, struct pc *pc);

/* Gives the guest what has come in, as much as its ports take. */
void channels_feed(struct channels *c, struct pc *pc);

/* Whether bytes go to and fro with somebody who may be waiting for them. */
bool channels_busy(struct channels *c, int64_t now);

/* chansock.c: opens tcp:HOST:PORT or unix:PATH with their properties. The
 * fd, of a listener when *server; -1 with words in why. *path (may be NULL):
 * the socket's file that a server made, to be freed; or NULL. */
int socket_open(const char *spec, bool *server, bool *wait, char **path,
                char *why);

/* False with words in why. */
bool channel_open_socket(struct channel *ch, const char *spec, char *why);
void channel_connected(struct channel *ch, int fd);

#endif
