/* channels.h - the host's ends of serial, parallel and debug ports. */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "machine/pc.h"
#include "ui/watch.h"

enum { CHANNEL_BUFFER = 4096 };

struct channel {
    struct channels *all;
    enum pc_channel id;
    int in, out, listener, keep;        /* fds, -1: none; keep: pty's slave */
    char *path;                         /* of a socket to be removed */
    const char *file;                   /* that takes the bytes, or NULL */
    bool told;                          /* of bytes that it did not take */
    bool drops;                         /* a slow peer loses bytes */
    bool tty;                           /* stdio */
    uint8_t to_host[CHANNEL_BUFFER], to_guest[CHANNEL_BUFFER];
    size_t out_n, in_n;
};

struct channels {
    struct channel ch[PC_CHANNELS];
    struct watch_list *watch;
    bool open, after_escape;
    /* When set, Ctrl-A on stdio starts a command, as QEMU's -nographic. */
    void (*escape)(void *ctx, int ch);
    /* May take what is typed on stdio away from the guest. */
    bool (*divert)(void *ctx, uint8_t byte);
    void *ctx;
};

/* spec[ch] as the options have them, NULL: nowhere. */
bool channels_open(struct channels *c, const char *const *spec,
                   struct watch_list *watch, char *why);
void channels_close(struct channels *c);

void channels_put(struct channels *c, enum pc_channel ch, uint8_t byte);
void channels_flush(struct channels *c);

/* Gives the guest what has come in, as fast as a line of 9600 bps would. */
void channels_feed(struct channels *c, struct pc *pc);

/* chansock.c: opens tcp:HOST:PORT or unix:PATH with their properties. The
 * fd, of a listener when *server; -1 with words in why. *path (may be NULL):
 * the socket's file that a server made, to be freed; or NULL. */
int socket_open(const char *spec, bool *server, bool *wait, char **path,
                char *why);

/* False with words in why. */
bool channel_open_socket(struct channel *ch, const char *spec, char *why);
void channel_connected(struct channel *ch, int fd);

#endif
