/* tty.c - terminal modes and signals.
 *
 * A process has one terminal and one set of signal handlers, so this is the
 * one file with state of its own. */
#define _DEFAULT_SOURCE                 /* TIOCGWINSZ, SIGWINCH */
#include "ui/host/tty.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static struct termios before, during;
static int raw_fd = -1;
static const char *leave_text;
static volatile sig_atomic_t is_raw, got, resized, resumed, ringing, nudges,
                             waiting, guarded, at_once;
static void (*volatile called)(void *ctx);
static void *volatile call_ctx;
static sigjmp_buf way_out;

/* After a signal to end: no call of the system waits longer than a nudge, a
 * guarded call of somebody else's library is left after a few, and where all
 * that is of no use the process ends without further ado. */
enum { NUDGE_MS = 50, LEAVE_NUDGES = 2, LAST_NUDGES = 100, LITTLE_NS = 500000 };

/* Everything here may be called in a signal handler. */
void tty_restore(void)
{
    if (!is_raw)
        return;
    is_raw = 0;
    if (leave_text && write(STDOUT_FILENO, leave_text, strlen(leave_text)) < 0)
        is_raw = 0;                     /* the terminal has gone: no matter */
    tcflush(raw_fd, TCIFLUSH);
    tcsetattr(raw_fd, TCSANOW, &before);        /* not when all is shown: */
}                                               /* that can be never */

bool tty_raw(int fd, bool signals, const char *leave)
{
    if (is_raw || tcgetattr(fd, &before))
        return false;
    during = before;
    during.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK |
                                  ISTRIP | IXON);
    during.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
    if (!signals)
        during.c_lflag &= ~(tcflag_t)ISIG;
    during.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    during.c_cflag |= CS8;
    during.c_cc[VMIN] = 1;
    during.c_cc[VTIME] = 0;
    if (leave)                          /* it draws: no changes of output */
        during.c_oflag &= ~(tcflag_t)OPOST;
    if (tcsetattr(fd, TCSAFLUSH, &during))
        return false;
    raw_fd = fd;
    leave_text = leave;
    is_raw = 1;
    return true;
}

bool tty_make_raw(int fd)
{
    struct termios t;

    if (tcgetattr(fd, &t))
        return false;
    cfmakeraw(&t);
    return tcsetattr(fd, TCSANOW, &t) == 0;
}

bool tty_unread(int fd, int *bytes)
{
    return ioctl(fd, FIONREAD, bytes) == 0;
}

void tty_size(int fd, int *columns, int *rows)
{
    struct winsize w;

    if (ioctl(fd, TIOCGWINSZ, &w) || !w.ws_col || !w.ws_row)
        return;
    *columns = w.ws_col;
    *rows = w.ws_row;
}

static void crash(int sig)
{
    sigset_t set;

    tty_restore();
    signal(sig, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, sig);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(sig);
}

/* Whether the process has done next to nothing since the last nudge: it waits
 * for somebody, and holds none of the locks of who computes. */
static bool waits(void)
{
    static struct timespec last;
    struct timespec t, was = last;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    last = t;
    return t.tv_sec == was.tv_sec && t.tv_nsec - was.tv_nsec < LITTLE_NS;
}

static void call(void)
{
    if (called)
        called(call_ctx);
}

static void start_timer(int ms)
{
    struct itimerval t = { .it_value.tv_usec = ms * 1000 };

    setitimer(ITIMER_REAL, &t, NULL);
}

static void nudge(int sig)
{
    (void)sig;
    start_timer(NUDGE_MS);              /* a late tty_ring() may have had it */
    call();
    if (++nudges >= LAST_NUDGES)
        crash(got);
    waiting = waits() ? waiting + 1 : 0;
    if (guarded && waiting >= LEAVE_NUDGES) {
        guarded = 0;
        siglongjmp(way_out, 1);
    }
}

static void catch(int sig, void (*f)(int))
{
    struct sigaction a = { .sa_handler = f };

    sigemptyset(&a.sa_mask);
    sigaction(sig, &a, NULL);
}

static void handler(int sig)
{
    if (sig == SIGWINCH) {
        resized = 1;
        return;
    }
    if (at_once)
        crash(sig);
    if (!got) {
        catch(SIGALRM, nudge);
        start_timer(NUDGE_MS);
    }
    got = sig;
    call();
}

/* The end of tty_ring(). */
static void ring(int sig)
{
    (void)sig;
    ringing = 0;
    call();
}

void tty_at_once(bool on)
{
    at_once = on;
}

bool tty_guard(void (*f)(void *ctx), void *ctx)
{
    if (sigsetjmp(way_out, 1))
        return false;
    guarded = 1;
    f(ctx);
    guarded = 0;
    return true;
}

/* Stops as a job does, and takes the terminal back when it goes on. */
static void tty_stop(int sig)
{
    int was = is_raw;
    sigset_t set;

    tty_restore();
    signal(sig, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, sig);
    raise(sig);
    sigprocmask(SIG_UNBLOCK, &set, NULL);       /* it stops here */
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (was && !tcsetattr(raw_fd, TCSAFLUSH, &during))
        is_raw = 1;
    resumed = 1;
    signal(sig, tty_stop);
}

void tty_catch_signals(void)
{
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        catch(crashes[i], crash);
    catch(SIGINT, handler);
    catch(SIGTERM, handler);
    catch(SIGHUP, handler);
    catch(SIGQUIT, handler);
    catch(SIGWINCH, handler);
    signal(SIGALRM, ring);              /* often: interrupted calls go on */
    catch(SIGTSTP, tty_stop);
    catch(SIGPIPE, SIG_IGN);
}

int tty_signal(void)
{
    return got;
}

void tty_call(void (*f)(void *ctx), void *ctx)
{
    called = NULL;
    call_ctx = ctx;
    called = f;
}

void tty_ring(int ms)
{
    if (ringing || got)
        return;
    ringing = 1;
    start_timer(ms);
}

void tty_ring_off(void)
{
    if (!ringing || got)
        return;
    start_timer(0);
    ringing = 0;
    if (got)
        start_timer(NUDGE_MS);          /* it came just now */
}

bool tty_resized(void)
{
    bool r = resized;

    resized = 0;
    return r;
}

bool tty_resumed(void)
{
    bool r = resumed;

    resumed = 0;
    return r;
}
