/* channels.h - the host's ends of serial, parallel and debug ports. */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "machine/pc.h"
#include "ui/host/watch.h"

enum { CHANNEL_OUT = 16384, CHANNEL_IN = 4096 };

/* ---- chansock.c ---- */

enum { SOCKET_NETS = 8 };

struct socket_net {                     /* addresses that begin alike */
    int family, bits;
    uint8_t addr[16];
};

/* What a socket's words say besides where it is. */
struct socket_words {
    bool server, wait;
    bool loopback;                      /* nobody else's host reaches it */
    struct socket_net net[SOCKET_NETS]; /* who may connect; none: anybody */
    int nets;
    char *password_file;                /* or NULL; to be freed */
    char *path;                         /* of a unix socket that we made, to
                                           be removed; or NULL */
};

/* Opens tcp:HOST:PORT or unix:PATH with their properties; no HOST is
 * 127.0.0.1. The fd, of a listener when it is a server; -1 with words in why.
 */
int socket_open(const char *spec, struct socket_words *w, char *why);

/* Whether who has connected is one of those that allow= names. */
bool socket_allows(const struct socket_words *w, int fd);

/* Removes what a server made and frees the words. */
void socket_forget(struct socket_words *w);

/* ---- channels ---- */

struct channel {
    struct channels *all;
    enum pc_channel id;
    int in, out, listener;              /* fds, -1: none */
    struct socket_words words;
    const char *file;                   /* that takes the bytes, or NULL */
    uint64_t written;                   /* bytes, into the file */
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
    uint64_t file_max;                  /* bytes of each file; 0: any */
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

/* False with words in why. */
bool channel_open_socket(struct channel *ch, const char *spec, char *why);
void channel_connected(struct channel *ch, int fd);

#endif
