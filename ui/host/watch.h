/* watch.h - waits for host file descriptors: terminal, sockets, pipes. */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum { WATCHES = 64 };

struct watch {
    int fd;
    short events;                       /* POLLIN, POLLOUT; 0: asleep */
    void (*ready)(void *ctx, short events);
    void *ctx;
};

struct watch_list {
    struct watch w[WATCHES];
    int n;
};

/* False when the list is full. One entry for each fd. */
bool watch_add(struct watch_list *l, struct watch w);
void watch_events(struct watch_list *l, int fd, short events);
void watch_remove(struct watch_list *l, int fd);

/* Waits up to ns of host time (0: looks only, below 0: as long as it takes)
 * and calls who is ready. Returns early when a signal came. */
void watch_wait(struct watch_list *l, int64_t ns);

#endif
