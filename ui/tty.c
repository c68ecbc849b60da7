/* tty.c - terminal modes and signals.
 *
 * A process has one terminal and one set of signal handlers, so this is the
 * one file with state of its own. */
#define _DEFAULT_SOURCE                 /* TIOCGWINSZ, SIGWINCH */
#include "ui/tty.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios before, during;
static int raw_fd = -1;
static const char *leave_text;
static volatile sig_atomic_t is_raw, got, resized, resumed;

/* Everything here may be called in a signal handler. */
void tty_restore(void)
{
    if (!is_raw)
        return;
    is_raw = 0;
    if (leave_text && write(STDOUT_FILENO, leave_text, strlen(leave_text)) < 0)
        is_raw = 0;                     /* the terminal has gone: no matter */
    tcsetattr(raw_fd, TCSAFLUSH, &before);
}

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

static void handler(int sig)
{
    if (sig == SIGWINCH)
        resized = 1;
    else
        got = sig;
}

static void crash(int sig)
{
    tty_restore();
    signal(sig, SIG_DFL);
    raise(sig);
}

/* Stops as a job does, and takes the terminal back when it goes on. */
static void stop(int sig)
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
    signal(sig, stop);
}

static void catch(int sig, void (*f)(int))
{
    struct sigaction a = { .sa_handler = f };

    sigemptyset(&a.sa_mask);
    sigaction(sig, &a, NULL);
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
    catch(SIGTSTP, stop);
    catch(SIGPIPE, SIG_IGN);
}

int tty_signal(void)
{
    return got;
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
