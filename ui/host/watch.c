/* watch.c - one ppoll() for everything that comes from the host. */
#define _GNU_SOURCE                     /* ppoll */
#include "ui/host/watch.h"

#include <poll.h>
#include <stddef.h>
#include <time.h>

static struct watch *watch_find(struct watch_list *l, int fd)
{
    for (int i = 0; i < l->n; i++)
        if (l->w[i].fd == fd)
            return &l->w[i];
    return NULL;
}

bool watch_add(struct watch_list *l, struct watch w)
{
    if (l->n == WATCHES)
        return false;
    l->w[l->n++] = w;
    return true;
}

void watch_events(struct watch_list *l, int fd, short events)
{
    struct watch *w = watch_find(l, fd);

    if (w)
        w->events = events;
}

void watch_remove(struct watch_list *l, int fd)
{
    struct watch *w = watch_find(l, fd);

    if (w)
        *w = l->w[--l->n];
}

void watch_wait(struct watch_list *l, int64_t ns)
{
    struct pollfd p[WATCHES];
    struct timespec t = { ns / 1000000000, (long)(ns % 1000000000) };
    int n = 0;

    for (int i = 0; i < l->n; i++)
        if (l->w[i].events)
            p[n++] = (struct pollfd){ l->w[i].fd, l->w[i].events, 0 };
    if (ppoll(p, (nfds_t)n, ns < 0 ? NULL : &t, NULL) <= 0)
        return;
    for (int i = 0; i < n; i++) {
        struct watch *w = p[i].revents ? watch_find(l, p[i].fd) : NULL;

        if (w)                          /* may have gone in the meantime */
            w->ready(w->ctx, p[i].revents);
    }
}
