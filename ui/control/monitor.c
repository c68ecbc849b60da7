/* monitor.c - the command interpreter: its table and its commands.
 *
 * Reference: QEMU 7.2 documentation, "QEMU Monitor". Not modelled: migration,
 * hot plugging, block jobs. */
#define _POSIX_C_SOURCE 200809L
#include "ui/control/monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "ui/control/control.h"
#include "ui/host/edit.h"
#include "ui/session/keys.h"
#include "machine/core/near.h"
#include "ui/host/tty.h"

#define PROMPT "(isabox) "

void mon_print(struct mon *m, const char *format, ...)
{
    char text[1200];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    strbuf_bytes(&m->out, text, strlen(text));
}

void mon_error(struct mon *m, const char *format, ...)
{
    char text[400];
    va_list ap;

    if (m->bad)
        return;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    mon_print(m, "Error: %s: %s\n", m->command->name, text);
    m->bad = true;
}

/* ---- help ---- */

static void print_help(struct mon *m, const struct mon_command *c)
{
    mon_print(m, "%s%s%s%s%s -- %s\n", c->name, c->alias ? "|" : "",
              c->alias ? c->alias : "", *c->params ? " " : "", c->params,
              c->help);
}

static void print_topics(struct mon *m)
{
    mon_print(m, "info status -- running, paused or off\n"
              "info version -- isabox's version\n"
              "info name -- the machine's name\n"
              "info block -- drives and their images\n");
    for (int i = 0; pc_info_name(i); i++)
        mon_print(m, "info %s -- %s\n", pc_info_name(i), pc_info_doc(i));
    mon_print(m, "info CHIP -- the chip's state:");
    for (int i = 0; pc_chip_name(m->s->pc, i); i++)
        mon_print(m, " %s", pc_chip_name(m->s->pc, i));
    mon_print(m, "\n");
}

static void help(struct mon *m)
{
    const char *name = m->arg[0].text;
    const struct mon_command *c = mon_find(name, strlen(name));

    if (!m->arg[0].given)
        for (c = mon_commands; c->name; c++)
            print_help(m, c);
    else if (!c)
        mon_error(m, "command: there is no '%.40s'", name);
    else {
        print_help(m, c);
        if (!strcmp(c->name, "info"))
            print_topics(m);
    }
}

/* ---- info ---- */

static void info_status(struct mon *m)
{
    static const char *const words[] = { "running", "paused",
                                         "paused (shutdown)",
                                         "paused (io-error)" };

    mon_print(m, "VM status: %s\n", words[session_status(m->s)]);
}

static void info_version(struct mon *m)
{
    mon_print(m, "isabox %s\n", ISABOX_VERSION);
}

static void info_name(struct mon *m)
{
    mon_print(m, "%s\n", m->s->o->name ? m->s->o->name : "isabox");
}

static void info_block(struct mon *m)
{
    struct pc_block_info i;

    for (int d = 0; d < PC_DRIVES; d++) {
        if (!pc_block_info(m->s->pc, (enum pc_drive)d, &i))
            continue;
        mon_print(m, "%s: %s%s%s%s\n", drive_name((enum pc_drive)d),
                  i.inserted ? i.name : "[not inserted]",
                  i.inserted ? " (raw" : "",
                  i.inserted && i.readonly ? ", read-only" : "",
                  i.inserted ? ")" : "");
        if (i.inserted)
            mon_print(m, "    Size:             %llu sectors\n"
                      "    Cache mode:       %s\n",
                      (unsigned long long)i.bytes / 512,
                      i.snapshot ? "writes stay in memory" : "writeback");
        if (i.floppy)
            mon_print(m, "    Removable device: not locked, tray closed\n");
    }
}

static const struct { const char *name; void (*show)(struct mon *m); } own[] = {
    { "status", info_status }, { "version", info_version },
    { "name", info_name }, { "block", info_block },
};
enum { OWN = sizeof own / sizeof own[0] };

static void info_unknown(struct mon *m, const char *name)
{
    struct near near = { name, NULL, 0 };

    for (int i = 0; i < OWN; i++)
        near_try(&near, own[i].name);
    for (int i = 0; pc_info_name(i); i++)
        near_try(&near, pc_info_name(i));
    for (int i = 0; pc_chip_name(m->s->pc, i); i++)
        near_try(&near, pc_chip_name(m->s->pc, i));
    mon_error(m, near.best ? "topic: there is no '%.40s'; did you mean '%s'?"
                           : "topic: there is no '%.40s'; see help info",
              name, near.best);
}

static void info(struct mon *m)
{
    const char *name = m->arg[0].text;
    char *text;

    if (!m->arg[0].given) {
        print_topics(m);
        return;
    }
    for (int i = 0; i < OWN; i++)
        if (!strcmp(own[i].name, name)) {
            own[i].show(m);
            return;
        }
    if (!(text = pc_info(m->s->pc, name))) {
        info_unknown(m, name);
        return;
    }
    strbuf_bytes(&m->out, text, strlen(text));
    free(text);
}

/* ---- running ---- */

static void stop(struct mon *m) { session_pause(m->s, true); }

static void cont(struct mon *m)
{
    if (session_status(m->s) == STATUS_OFF)
        mon_error(m, "the machine is off: system_reset comes first");
    else
        session_pause(m->s, false);
}

static void system_reset(struct mon *m) { session_reset(m->s); }
static void powerdown(struct mon *m) { session_powerdown(m->s); }
static void nmi(struct mon *m) { pc_nmi(m->s->pc); }
static void quit(struct mon *m) { session_quit(m->s, 0); }

static void savevm(struct mon *m)
{
    char why[PC_WHY];

    if (!pc_save(m->s->pc, m->arg[0].text, why))
        mon_error(m, "%s", why);
}

static void loadvm(struct mon *m)
{
    char why[PC_WHY];

    if (!session_load(m->s, m->arg[0].text, why))
        mon_error(m, "%s", why);
}

static void log_topics(struct mon *m)
{
    char why[PC_WHY];

    if (!session_log(m->s, m->arg[0].text, why))
        mon_error(m, "topics: %s", why);
}

/* ---- input ---- */

static void sendkey(struct mon *m)
{
    uint16_t code[CHORD_KEYS];
    char bad[32];
    int n = key_chord(m->arg[0].text, code, bad);
    int64_t hold = m->arg[1].given ? m->arg[1].n : 100;

    if (!n)
        mon_error(m, key_nearest(bad) ? "keys: there is no '%s'; did you mean "
                                        "'%s'?" : "keys: there is no '%s'",
                  bad, key_nearest(bad));
    else if (hold < 1 || hold > 60000)
        mon_error(m, "hold_ms: 1 to 60000");
    else if (!typist_chord(&m->s->typist, code, n, (int)hold))
        mon_error(m, "keys: too many are waiting already");
}

static void mouse(struct mon *m, int dx, int dy, int dz)
{
    if (!pc_mouse(m->s->pc, dx, dy, dz, m->s->buttons))
        mon_error(m, "the input queue is full");
}

static void mouse_move(struct mon *m)
{
    for (int i = 0; i < 3; i++)
        if (m->arg[i].n < -32768 || m->arg[i].n > 32767)
            mon_error(m, "%s: -32768 to 32767", i ? i > 1 ? "dz" : "dy" : "dx");
    if (!m->bad)
        mouse(m, (int)m->arg[0].n, (int)m->arg[1].n, (int)m->arg[2].n);
}

static void mouse_button(struct mon *m)
{
    if (m->arg[0].n < 0 || m->arg[0].n > 7) {
        mon_error(m, "state: sum of 1 left, 2 right, 4 middle");
        return;
    }
    m->s->buttons = (unsigned)m->arg[0].n;
    mouse(m, 0, 0, 0);
}

/* ---- media and pictures ---- */

/* 1 read-only, 0 not, -1 as it was, -2: the word is none of these. */
static int read_only_mode(const char *word)
{
    if (!strcmp(word, "read-only"))
        return 1;
    if (!strcmp(word, "read-write"))
        return 0;
    return !*word || !strcmp(word, "retain") ? -1 : -2;
}

/* The format may be left out. */
static void change(struct mon *m)
{
    const char *format = m->arg[2].given ? m->arg[2].text : NULL;
    const char *mode = m->arg[3].given ? m->arg[3].text : "";
    char why[PC_WHY];

    if (format && !m->arg[3].given && read_only_mode(format) > -2) {
        mode = format;
        format = NULL;
    }
    if (read_only_mode(mode) == -2)
        mon_error(m, "read-only-mode: retain, read-only or read-write");
    else if (!drive_change(m->s, drive_by_name(m->arg[0].text), m->arg[1].text,
                           format, read_only_mode(mode), why))
        mon_error(m, "%s", why);
}

static void eject(struct mon *m)
{
    enum pc_drive d = drive_by_name(m->arg[1].text);

    if (d > PC_FDB)
        mon_error(m, "%s: its medium is not removable", drive_name(d));
    else
        drive_eject(m->s, d);
}

static void screendump(struct mon *m)
{
    char why[PC_WHY];

    if (!screen_dump(m->s, m->arg[0].text,
                     m->arg[1].given ? m->arg[1].text : NULL, why))
        mon_error(m, "%s", why);
}

/* ---- the table ---- */

const struct mon_command mon_commands[] = {
    { "help", "?", "command:c?", "[command]", "these lines", help },
    { "info", NULL, "topic:i?", "[topic]", "what the machine looks like; "
      "help info lists the topics", info },
    { "stop", "s", "", "", "pause the machine", stop },
    { "cont", "c", "", "", "let it go on", cont },
    { "step", NULL, "count:n?", "[count]",
      "run one instruction, or so many; prints the next", mon_step },
    { "x", NULL, "/ addr:e", "/fmt addr",
      "linear memory; fmt: count, x d u o c i, b h w g", mon_x },
    { "xp", NULL, "/ addr:e", "/fmt addr", "physical memory", mon_xp },
    { "u", NULL, "/ addr:e? count:n?", "[addr [count]]",
      "disassemble, from $pc on without addr", mon_unassemble },
    { "print", "p", "/ value:e", "/fmt value",
      "an expression: numbers, $registers, + - * / % & | ^ ~ ( )",
      mon_print_value },
    { "i", NULL, "/ port:e", "/fmt port",
      "read a port as the CPU would; fmt: b h w", mon_in },
    { "o", NULL, "/ port:e value:e", "/fmt port value",
      "write a port as the CPU would", mon_out },
    { "sendkey", NULL, "keys:k hold_ms:n?", "keys [hold_ms]",
      "press keys, as ctrl-alt-delete; 100 ms", sendkey },
    { "mouse_move", NULL, "dx:n dy:n dz:n?", "dx dy [dz]",
      "move the mouse; dy down, dz the wheel", mouse_move },
    { "mouse_button", NULL, "state:n", "state",
      "buttons held: sum of 1 left, 2 right, 4 middle", mouse_button },
    { "screendump", NULL, "filename:f -f:format", "filename [-f ppm|png]",
      "save the picture; PNG also by the name's end", screendump },
    { "savevm", NULL, "filename:f", "filename", "save the machine's state",
      savevm },
    { "loadvm", NULL, "filename:f", "filename[,force]",
      "go on from a saved state; force: with other media, too", loadvm },
    { "change", NULL, "device:d filename:f format:s? read-only-mode:s?",
      "device filename [raw] [retain|read-only|read-write]",
      "put another floppy into a drive", change },
    { "eject", NULL, "-f device:d", "[-f] device",
      "take a floppy out of its drive", eject },
    { "memsave", NULL, "addr:e size:e filename:f", "addr size filename",
      "linear memory into a file", mon_memsave },
    { "pmemsave", NULL, "addr:e size:e filename:f", "addr size filename",
      "physical memory into a file", mon_pmemsave },
    { "log", NULL, "topics:s", "topic[,...]",
      "what is logged from now on, as -d has it; none", log_topics },
    { "system_reset", NULL, "", "", "press the reset button", system_reset },
    { "system_powerdown", NULL, "", "",
      "press the power switch: off at once, the guest is not asked",
      powerdown },
    { "nmi", NULL, "", "", "pull the I/O channel check: an NMI", nmi },
    { "quit", "q", "", "", "end isabox", quit },
    { NULL, NULL, NULL, NULL, NULL, NULL }
};

char *monitor_command(struct session *s, const char *line)
{
    struct mon *m = calloc(1, sizeof *m);
    char *text = NULL;

    if (!m)
        return NULL;
    m->s = s;
    if (mon_parse(m, line))
        m->command->run(m);
    strbuf_bytes(&m->out, "", 0);
    text = m->out.p;
    free(m);
    return text;
}

/* ---- the protocol: lines in, text out ---- */

enum { LINE = 4096 };

static void complete(void *ctx, const char *line, struct strbuf *names)
{
    monitor_complete(ctx, line, names);
}

static void opened(struct peer *p)
{
    struct session *s = p->control->s;
    char hello[120];

    if (p->in == STDIN_FILENO && isatty(STDIN_FILENO) &&
        tty_raw(STDIN_FILENO, true, NULL))
        p->edit = edit_new(PROMPT, complete, s);
    snprintf(hello, sizeof hello, "isabox %s monitor - type 'help' for more "
             "information\n" PROMPT, ISABOX_VERSION);
    peer_send(p, hello, strlen(hello));
}

static void run(struct peer *p, const char *line)
{
    char *text = monitor_command(p->control->s, line);

    if (text)
        peer_send(p, text, strlen(text));
    free(text);
    if (!p->control->s->quit)
        peer_send(p, PROMPT, strlen(PROMPT));
}

static void type(struct peer *p, char ch)
{
    struct strbuf out = { 0 };
    const char *line = edit_byte(p->edit, (unsigned char)ch, &out);

    if (out.n)
        peer_send(p, out.p, out.n);
    strbuf_free(&out);
    if (line)
        run(p, line);
}

static void take(struct peer *p, char ch)
{
    if (ch == '\n') {
        if (p->skipping)
            run(p, "# too long");
        else
            run(p, p->from.n ? p->from.p : "");
        strbuf_drop(&p->from, p->from.n);
        p->skipping = false;
    } else if (p->from.n == LINE)
        p->skipping = true;
    else if (ch != '\r')
        strbuf_bytes(&p->from, ch ? &ch : "?", 1);
}

static void input(struct peer *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !p->control->s->quit; i++)
        if (p->edit)
            type(p, bytes[i]);
        else
            take(p, bytes[i]);
}

static void ended(struct peer *p)
{
    if (p->from.n && !p->edit)
        take(p, '\n');
}

const struct protocol monitor_protocol = { opened, input, ended };
