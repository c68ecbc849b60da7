/* channels.h - the host's ends of serial, parallel and debug ports.
 *
 *   guest's port -- channels_put() --> to_host[] -- channels_flush() --> out
 *   guest's port <- channels_feed() -- to_guest[] <- when readable (watch) - in
 *
 * Nothing here waits but channels_put() with a full buffer, for 2 seconds at
 * most, and channels_close(). Host times are in ns. */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "machine/pc.h"
#include "ui/host/watch.h"

enum { CHANNEL_OUT = 16384, CHANNEL_IN = 4096 };

/* ---- chansock.c ---- */

enum { SOCKET_NETS = 8 };

struct socket_net {                     /* addresses with the same first bits */
    int family, bits;
    uint8_t addr[16];
};

/* What a socket's specification says besides where it is. */
struct socket_words {
    bool server, wait;
    bool loopback;                      /* nobody else's host reaches it */
    struct socket_net net[SOCKET_NETS]; /* who may connect; none: anybody */
    int nets;
    char *password_file;                /* or NULL; to be freed */
    char *path;                         /* of a unix socket that we made, to
                                           be removed; or NULL */
};

/* Opens tcp:HOST:PORT or unix:PATH with their properties and fills w; an empty
 * HOST is 127.0.0.1. Returns the fd, that of a listener when it is a server, or
 * -1 with words in why. Each `why` here has room for PC_WHY bytes. */
int socket_open(const char *spec, struct socket_words *w, char *why);

/* Whether the peer at fd is one of those that allow= names. */
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
    uint64_t written;                   /* bytes that have gone out */
    bool told;                          /* the user knows that bytes are lost */
    bool slow;                          /* the other end did not take bytes in
                                           time, so it is not waited for */
    bool tty;                           /* it is stdin and stdout */
    bool pty, attached;                 /* attached: somebody has opened the
                                           other end of the pty */
    uint8_t to_host[CHANNEL_OUT], to_guest[CHANNEL_IN];
    size_t out_n, in_n;
};

struct channels {
    struct channel ch[PC_CHANNELS];
    struct watch_list *watch;
    uint64_t file_max;                  /* bytes of each file; 0: any */
    bool open, after_escape;
    bool moved;                         /* bytes did since channels_busy() */
    int64_t busy;                       /* bytes moved up to that host time */
    /* When set, it gets the key behind Ctrl-A on stdio, as in QEMU's
     * -nographic; a second Ctrl-A is the guest's. */
    void (*escape)(void *ctx, int ch);
    /* When set, it is asked for each byte typed on stdio; true: it has taken
     * the byte, and the guest does not get it. */
    bool (*divert)(void *ctx, uint8_t byte);
    void *ctx;
};

/* Opens all channels. spec[ch] is the option's text, "tcp:..", "file:..",
 * "pty", "stdio" or "null", and must stay; NULL: bytes go nowhere. False with
 * words in why. */
bool channels_open(struct channels *c, const char *const *spec,
                   struct watch_list *watch, char *why);

/* Waits up to 2 seconds for who is slow; what is not taken then is lost, with a
 * message. */
void channels_close(struct channels *c);

/* Takes a byte from the guest. Where the buffer is full it waits for who reads
 * it, but once only, and then drops bytes. */
void channels_put(struct channels *c, enum pc_channel ch, uint8_t byte);

/* Passes on what the guest has sent. Where more than half of a buffer waits,
 * the guest's port is held (pc_hold()) until there is room. */
void channels_flush(struct channels *c, struct pc *pc);

/* Gives the guest what has come in, as much as its ports take. */
void channels_feed(struct channels *c, struct pc *pc);

/* Whether bytes have moved in the 50 ms before `now` on a channel with somebody
 * at its other end, who may be waiting for an answer. */
bool channels_busy(struct channels *c, int64_t now);

/* For chansock.c. False with words in why. */
bool channel_open_socket(struct channel *ch, const char *spec, char *why);

/* Makes fd the channel's input and, but for stdio, its output. The channel
 * closes it. */
void channel_connected(struct channel *ch, int fd);

#endif
