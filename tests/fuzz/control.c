/* control.c - what a user, a client or a file may tell the program: monitor,
 * machine protocol, scripts, the command line, machine files, gdb's protocol.
 *
 * Input: a byte that chooses one of those, then its text. The text comes to
 * lie in a folder that is emptied after each input, and paths out of it are
 * taken out: what a command writes there is lost. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "tests/fuzz/folder.h"
#include "ui/control/gdb.h"
#include "ui/control/monitor.h"
#include "ui/control/script.h"
#include "ui/host/tty.h"

enum { MONITOR, QMP, SCRIPT, OPTIONS, MACHINE_FILE, GDB, WAYS,
       LONGEST = 2000, WORDS = 60, MOST_FILE = 4 << 20 };

/* ---- what keeps the host safe ---- */

/* A slash stays behind the letters of a format ("x/10i") alone: in front of
 * any other path it would lead out. JSON writes one as \u002f, too. */
static void tame(char *text)
{
    for (char *p = text; *p; p++) {
        bool kept = p > text && p[-1] && strchr("xpiou", p[-1]) &&
                    (p == text + 1 || p[-2] != '\\');

        if (*p == '/' && !kept)
            *p = '_';
        if (!strncmp(p, "u002", 4))
            p[3] = '3';
    }
}

/* The process has one timer, and it is the fuzzer's: a session's is spent. */
static void spend_alarm(void)
{
    struct itimerval was;

    getitimer(ITIMER_REAL, &was);
    tty_ring(1000);
    setitimer(ITIMER_REAL, &was, NULL);
}

/* Files stay small and output is nowhere; back as it was with `on` false. */
static void confine(bool on)
{
    static struct rlimit was, now;
    static int here = -1, out = -1;
    int none;

    if (here < 0) {
        here = open(".", O_RDONLY);
        out = dup(STDOUT_FILENO);
        signal(SIGXFSZ, SIG_IGN);
        spend_alarm();
        getrlimit(RLIMIT_FSIZE, &was);
        now = (struct rlimit){ MOST_FILE, was.rlim_max };
        folder_need();
    }
    fflush(stdout);
    none = on ? open("/dev/null", O_WRONLY) : out;
    dup2(none, STDOUT_FILENO);
    if (on)
        close(none);
    setrlimit(RLIMIT_FSIZE, on ? &now : &was);
    if ((on ? chdir(folder) : fchdir(here)) != 0)
        found("the folder is gone");
}

static void empty_folder(void)
{
    struct dirent *e;
    DIR *d = opendir(folder);

    while (d && (e = readdir(d)))
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
            unlinkat(dirfd(d), e->d_name, 0) != 0)
            found("'%s' cannot be removed", e->d_name);
    if (d)
        closedir(d);
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    if (!f || fputs(text, f) < 0 || fclose(f) != 0)
        found("no input file");
}

/* ---- ways in ---- */

/* A client without a connection: what it is sent stays in its buffer. */
static void talk(const struct protocol *protocol, const char *text)
{
    static struct session s;
    static struct options o;
    struct control *c = &s.controls.list[0];
    char *argv[] = { "isabox", "-m", "640K", "-speed", "max", NULL };
    char why[PC_WHY];
    struct peer *p = &c->peer[0];

    if (options_parse(&o, 5, argv, why) != OPT_RUN || !session_open(&s, &o, why))
        found("no session: %s", why);
    s.controls.n = 1;
    *c = (struct control){ .s = &s, .protocol = protocol, .spec = "stdio",
                           .listener = -1 };
    for (int i = 0; i < PEERS; i++)
        c->peer[i] = (struct peer){ .control = c, .in = -1, .out = -1 };
    protocol->opened(p);
    protocol->input(p, text, strlen(text));
    if (protocol->ended && !s.quit)
        protocol->ended(p);
    if (!s.paused)                      /* that would wait for a client */
        session_run(&s, MS);
    if (protocol->closed)
        protocol->closed(p);
    s.controls.n = 0;                   /* nobody hears of its end */
    strbuf_free(&p->from);
    strbuf_free(&p->to);
    session_close(&s);
    options_free(&o);
}

static void read_script(const char *text)
{
    char why[PC_WHY];

    put_file("in", text);
    script_free(script_read("in", why));
}

/* A word a line, as a shell would hand them over. */
static void read_options(char *text)
{
    static struct options o;
    char *argv[WORDS + 1] = { "isabox" }, why[PC_WHY];
    int argc = 1;

    for (char *p = strtok(text, "\n"); p && argc < WORDS;
         p = strtok(NULL, "\n"))
        argv[argc++] = p;
    options_parse(&o, argc, argv, why);
    options_free(&o);
}

/* What is taken is written, read again and written: the same. */
static void read_machine(const char *text)
{
    static struct options o;
    char *argv[] = { "isabox", "-readconfig", "in", "-writeconfig", "out",
                     NULL };
    char why[PC_WHY];

    put_file("in", text);
    if (options_parse(&o, 5, argv, why) == OPT_RUN) {
        bool written = options_write(&o, why);

        options_free(&o);
        argv[2] = "out";
        if (written && options_parse(&o, 3, argv, why) != OPT_RUN)
            found("a machine file that was written is refused: %s", why);
    }
    options_free(&o);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    char text[LONGEST + 1];

    if (size < 2 || size > LONGEST)
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    tame(text);
    confine(true);
    switch (data[0] % WAYS) {
    case MONITOR:      talk(&monitor_protocol, text); break;
    case QMP:          talk(&qmp_protocol, text); break;
    case SCRIPT:       read_script(text); break;
    case OPTIONS:      read_options(text); break;
    case MACHINE_FILE: read_machine(text); break;
    case GDB:          talk(&gdb_protocol, text); break;
    }
    confine(false);
    empty_folder();
    return 0;
}
