/* tty.h - the host's terminal and signals, put back whatever happens. */
#ifndef TTY_H
#define TTY_H

#include <stdbool.h>

/* Raw mode; with signals, Ctrl-C still works. What `leave` holds is written
 * when the terminal is restored (NULL: nothing); it is not copied. */
bool tty_raw(int fd, bool signals, const char *leave);
void tty_restore(void);

/* Another terminal that passes bytes as they are; how many wait there to be
 * read. False when it is none. */
bool tty_make_raw(int fd);
bool tty_unread(int fd, int *bytes);

/* Enters raw mode again, after the process was stopped and continued. */
bool tty_resumed(void);                 /* true once after that */
bool tty_resized(void);                 /* true once after SIGWINCH */

/* Cells of the terminal; left alone when it does not tell. */
void tty_size(int fd, int *columns, int *rows);

/* SIGINT, SIGTERM, SIGHUP and SIGQUIT are kept for tty_signal(), which returns
 * the last one or 0; signals of a crash restore the terminal first. */
void tty_catch_signals(void);
int tty_signal(void);

/* Calls f when such a signal comes, and at the end of tty_ring(): both in a
 * signal handler. NULL: nobody. */
void tty_call(void (*f)(void *ctx), void *ctx);

/* Lets that happen in `ms` of host time, unless it is to happen already. */
void tty_ring(int ms);

/* It is not to happen: who sleeps would be woken for nothing. */
void tty_ring_off(void);

/* From the first of those on calls of the system do not wait for long: they
 * fail with EINTR, and who called must not try again. A library that tries
 * again by itself is called between tty_at_once() on and off, so that the
 * signal ends the process at once, or through tty_guard(): false when it was
 * left while it waited for somebody, never to be called again. */
void tty_at_once(bool on);
bool tty_guard(void (*f)(void *ctx), void *ctx);

#endif
