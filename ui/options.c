/* options.c - the table of options and what each does. */
#include "ui/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "ui/front.h"
#include "ui/logfile.h"
#include "ui/near.h"

char *options_own(struct options *o, const char *text, size_t n)
{
    char *p = o->owned < OPT_STRINGS ? malloc(n + 1) : NULL;

    if (!p)
        return NULL;
    memcpy(p, text, n);
    p[n] = 0;
    o->own[o->owned++] = p;
    return p;
}

void options_free(struct options *o)
{
    while (o->owned)
        free(o->own[--o->owned]);
}

/* ---- what the rows do ---- */

#define TAKE(name)                                                         \
    static bool name(struct options *o, const struct opt_row *row,         \
                     char *arg, char *why)
#define UNUSED (void)o, (void)row, (void)arg, (void)why

static bool known(const char *value, const char *const *values)
{
    for (; *values; values++)
        if (!strcmp(value, *values))
            return true;
    return false;
}

/* Accepted because it says what is so anyway; anything else is an error. */
TAKE(take_fixed)
{
    (void)o;
    return !arg || known(arg, row->values) ||
           opt_unknown(why, "not supported", arg, row->values);
}

TAKE(take_drive_file)
{
    struct pc_medium *m = &o->config.drive[row->n];

    if (m->path)
        return opt_bad(why, "the drive is given twice");
    m->path = arg;
    return *arg || opt_bad(why, "needs the name of an image");
}

/* Letters of drives, as they are or as order=. */
TAKE(take_boot)
{
    char *key, *value, *p = arg;

    (void)row;
    while (opt_prop(&p, &key, &value)) {
        bool off;

        if (!value)
            o->config.boot = key;
        else if (!strcmp(key, "order"))
            o->config.boot = value;
        else if (!strcmp(key, "menu") || !strcmp(key, "strict")) {
            if (!opt_bool(value, &off) || off)
                return opt_bad(why, "%s can only be off", key);
        } else
            return opt_unknown(why, "unknown property", key,
                               (const char *[]){ "order", "menu", NULL });
    }
    if (!o->config.boot || !*o->config.boot ||
        strspn(o->config.boot, "acdn") != strlen(o->config.boot) ||
        strlen(o->config.boot) > 3)
        return opt_bad(why, "'%.40s' is no boot order: letters of "
                       "a (floppy), c (hard disk), d (CD)", arg);
    return true;
}

TAKE(take_memory)
{
    if (!strncmp(arg, "size=", 5))
        arg += 5;
    if (!opt_size(arg, 10, &o->config.ram_kib))
        return opt_bad(why, "'%.40s' is no size; try 640K, 16 or 16M", arg);
    (void)row;
    if (o->config.ram_kib < 640 || o->config.ram_kib > 512 << 10)
        return opt_bad(why, "'%.40s' is out of range: 640K to 512M", arg);
    return true;
}

TAKE(take_cpu)
{
    const char *names[32] = { NULL }, *features[32] = { NULL };
    char copy[PC_WHY], *key, *value, *p = copy;
    bool first = true;

    (void)row;
    for (int n = 0; n < 31 && pc_cpu_name(n); n++)
        names[n] = pc_cpu_name(n);
    for (int n = 0; n < 31 && pc_cpu_feature(n); n++)
        features[n] = pc_cpu_feature(n);
    snprintf(copy, sizeof copy, "%s", arg);
    for (; opt_prop(&p, &key, &value); first = false) {
        key += !first && (*key == '+' || *key == '-');
        if (first ? value || !pc_cpu_check(key, NULL) : !known(key, features))
            return opt_unknown(why, first ? "no such CPU model"
                                          : "unknown CPU feature", key,
                               first ? names : features);
    }
    if (first)
        return opt_bad(why, "needs a model; see -cpu help");
    o->config.cpu = arg;
    return pc_cpu_check(arg, why);
}

TAKE(take_string)
{
    const char **to[] = { &o->config.bios, &o->config.vga_bios,
                          &o->config.nvram, &o->script, &o->load,
                          &o->log_file, &o->pidfile, &o->name };

    *to[row->n] = arg;
    return *arg || opt_bad(why, "needs a value");
}
enum { S_BIOS, S_VGABIOS, S_NVRAM, S_SCRIPT, S_LOAD, S_LOG, S_PID, S_NAME };

TAKE(take_flag)
{
    bool *to[] = { &o->snapshot, &o->no_reboot, &o->no_shutdown,
                   &o->nographic };

    UNUSED;
    *to[row->n] = true;
    return true;
}
enum { F_SNAPSHOT, F_NO_REBOOT, F_NO_SHUTDOWN, F_NOGRAPHIC };

TAKE(take_display)
{
    (void)row;
    for (int n = 0; front_name(n); n++)
        if (!strcmp(front_name(n), arg)) {
            o->display = arg;
            return true;
        }
    if (!strcmp(arg, "curses")) {       /* QEMU's name for the like */
        o->display = "term";
        return true;
    }
    return opt_unknown(why, "no such display", arg, front_names());
}

static const char *const backends[] = {
    "stdio", "file:", "pty", "null", "none", "tcp:", "unix:", NULL
};

static bool is_backend(const char *arg)
{
    for (const char *const *b = backends; *b; b++)
        if (strchr(*b, ':') ? !strncmp(arg, *b, strlen(*b)) : !strcmp(arg, *b))
            return true;
    return false;
}

TAKE(take_channel)
{
    enum pc_channel ch = (enum pc_channel)row->n;
    bool none = !strcmp(arg, "none");

    if (ch == PC_COM1) {
        if (o->serials == SERIALS)
            return opt_bad(why, "there are only %d serial ports", SERIALS);
        ch = (enum pc_channel)(PC_COM1 + o->serials++);
    }
    if (!is_backend(arg)) {
        char word[24];

        snprintf(word, sizeof word, "%.*s",
                 (int)(strcspn(arg, ":") + 1), arg);
        return opt_unknown(why, "unknown device", word, row->values);
    }
    o->channel[ch] = none ? NULL : arg;
    o->config.channels &= (uint16_t)~(1u << ch);
    o->config.channels |= (uint16_t)(none ? 0 : 1u << ch);
    if (ch == PC_DEBUGCON)
        o->config.has_debugcon = !none;
    return true;
}

TAKE(take_control)
{
    static const char *const known_ones[] = { "stdio", "none", "unix:", "tcp:",
                                              NULL };

    if (!strcmp(arg, "none"))
        return true;
    if (strcmp(arg, "stdio") && strncmp(arg, "unix:", 5) &&
        strncmp(arg, "tcp:", 4))
        return opt_unknown(why, "unknown device", arg, known_ones);
    if (row->n && !HAVE_CJSON)
        return opt_bad(why, "this isabox was built without cJSON, which "
                       "QMP needs (Debian: libcjson-dev)");
    if (o->controls == OPT_CONTROLS)
        return opt_bad(why, "there can be only %d monitors", OPT_CONTROLS);
    o->control[o->controls].spec = arg;
    o->control[o->controls++].qmp = row->n;
    return true;
}

TAKE(take_rtc)
{
    static const char *const names[] = { "base", "clock", NULL };
    char *key, *value, *p = arg;

    (void)row;
    o->rtc_given = true;
    while (opt_prop(&p, &key, &value)) {
        if (!value || !known(key, names))
            return opt_unknown(why, "unknown property", key, names);
        if (!strcmp(key, "clock")) {
            if (strcmp(value, "vm"))
                return opt_bad(why, "the clock follows guest time (clock=vm)");
        } else if (!strcmp(value, "utc"))
            o->rtc = RTC_UTC;
        else if (!strcmp(value, "localtime"))
            o->rtc = RTC_LOCAL;
        else if (opt_date(value, &o->rtc_date))
            o->rtc = RTC_DATE;
        else
            return opt_bad(why, "'%.40s' is not utc, localtime or a date like "
                           "2026-01-31T12:00:00", value);
    }
    return true;
}

static bool number(const char *text, unsigned long *v, unsigned long most)
{
    char *end;

    *v = strtoul(text, &end, 0);
    return end != text && !*end && *v <= most && *text != '-';
}

TAKE(take_device)
{
    static const char *const props[] = { "iobase", "iosize", NULL };
    char *key, *value, *p = arg;
    unsigned long v;

    if (!opt_prop(&p, &key, &value) || value || !known(key, row->values))
        return opt_unknown(why, "no such device", key, row->values);
    o->config.exit_port = 0x501;        /* QEMU's defaults */
    o->config.exit_size = 2;
    while (opt_prop(&p, &key, &value)) {
        bool size = !strcmp(key, "iosize");

        if (!value || !known(key, props))
            return opt_unknown(why, "unknown property", key, props);
        if (!number(value, &v, size ? 4 : 0xffff) || !v)
            return opt_bad(why, "%s: '%.40s' is out of range", key, value);
        if (size)
            o->config.exit_size = (uint8_t)v;
        else
            o->config.exit_port = (uint16_t)v;
    }
    return true;
}

TAKE(take_topics)
{
    struct logfile l;

    (void)row;
    if (!logfile_open(&l, arg, NULL, why))
        return false;
    o->log_topics = arg;
    return true;
}

TAKE(take_speed)
{
    static const struct { const char *name; enum speed_mode mode; } modes[] = {
        { "auto", SPEED_AUTO }, { "model", SPEED_MODEL },
        { "host", SPEED_HOST }, { "max", SPEED_MAX },
    };
    char *end;
    double mips = strtod(arg, &end);

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (!strcmp(arg, modes[i].name)) {
            o->speed = modes[i].mode;
            return true;
        }
    if (end == arg || *end)
        return opt_unknown(why, "unknown speed", arg, row->values);
    if (!(mips >= 0.01 && mips <= 10000))
        return opt_bad(why, "%.40s: 0.01 to 10000 million instructions "
                       "a second", arg);
    o->speed = SPEED_FIXED;
    o->ps_per_insn = (uint32_t)(1e6 / mips + 0.5);
    return true;
}

TAKE(take_engine)
{
    if (!known(arg, row->values))
        return opt_unknown(why, "unknown engine", arg, row->values);
    o->config.cache_off = !strcmp(arg, "nocache");
    o->config.engine = o->config.cache_off ? "plain" : arg;
    return true;
}

TAKE(take_readconfig)
{
    UNUSED;
    return opt_bad(why, "machine files are not supported");
}

/* ---- -drive ---- */

struct drive_words {
    const char *file, *bus, *media, *format;
    int index;
    bool snapshot, readonly;
};

static bool take_prop(struct drive_words *d, const char *key,
                      const char *value, char *why)
{
    static const char *const names[] = { "file", "if", "index", "media",
        "format", "snapshot", "readonly", "id", "cache", NULL };
    unsigned long v;
    bool ok = true;

    if (!known(key, names) && strcmp(key, "read-only"))
        return opt_unknown(why, "unknown property", key, names);
    if (!strcmp(key, "file"))
        d->file = value;
    else if (!strcmp(key, "if"))
        d->bus = value;
    else if (!strcmp(key, "media"))
        d->media = value;
    else if (!strcmp(key, "format"))
        d->format = value ? value : "";
    else if (!strcmp(key, "snapshot"))
        ok = opt_bool(value, &d->snapshot);
    else if (!strncmp(key, "read", 4))
        ok = opt_bool(value, &d->readonly);
    else if (!strcmp(key, "index")) {
        ok = value && number(value, &v, 3);
        d->index = ok ? (int)v : 0;
    }
    return ok || opt_bad(why, "%s=%.40s: no such value", key,
                         value ? value : "");
}

static bool check_words(const struct drive_words *d, char *why)
{
    static const char *const buses[] = { "ide", "floppy", NULL };
    static const char *const medias[] = { "disk", NULL };
    static const char *const formats[] = { "raw", NULL };

    if (!d->file)
        return opt_bad(why, "needs file=");
    if (!d->bus || !known(d->bus, buses))
        return opt_unknown(why, "if: unknown", d->bus ? d->bus : "", buses);
    if (!d->media || !known(d->media, medias))
        return opt_unknown(why, "media: unknown", d->media ? d->media : "",
                           medias);
    if (d->format && !known(d->format, formats))
        return opt_unknown(why, "format: unknown", d->format, formats);
    return true;
}

TAKE(take_drive)
{
    struct drive_words d = { .bus = "ide", .media = "disk", .index = -1 };
    char *key, *value, *p = arg;
    int first, most;

    (void)row;
    while (opt_prop(&p, &key, &value))
        if (!take_prop(&d, key, value, why))
            return false;
    if (!check_words(&d, why))
        return false;
    first = *d.bus == 'f' ? PC_FDA : PC_HDA;
    most = *d.bus == 'f' ? 2 : 4;
    for (int n = 0; d.index < 0 && n < most; n++)
        if (!o->config.drive[first + n].path)
            d.index = n;
    if (d.index < 0 || d.index >= most || o->config.drive[first + d.index].path)
        return opt_bad(why, "there is no such drive, or it is given twice");
    o->config.drive[first + d.index] =
        (struct pc_medium){ d.file, d.readonly, d.snapshot, d.format };
    return true;
}

/* ---- lists and texts ---- */

TAKE(take_help)
{
    UNUSED;
    options_help();
    return true;
}

TAKE(take_version)
{
    UNUSED;
    puts("isabox " ISABOX_VERSION);
    return true;
}

#define LIST(name, ...)                                                    \
    static const char *const name[] = { __VA_ARGS__, NULL }
LIST(v_speed, "auto", "model", "host", "max");
#if HAVE_STENCILS
LIST(v_engine, "compiled", "fast", "plain", "nocache");
#else
LIST(v_engine, "fast", "plain", "nocache");
#endif
LIST(v_device, "isa-debug-exit");
LIST(v_accel, "tcg");
LIST(v_machine, "pc", "isapc");
LIST(v_vga, "std");
LIST(v_none, "none");
#undef LIST

#define HEADING(text) { NULL, NULL, text, NULL, 0, NULL }
const struct opt_row opt_rows[] = {
    HEADING("Media (an IMAGE alone is taken as floppy or hard disk)"),
    { "fda", "FILE", "floppy disk in drive A:", take_drive_file, PC_FDA, NULL },
    { "fdb", "FILE", "floppy disk in drive B:", take_drive_file, PC_FDB, NULL },
    { "hda", "FILE", "hard disk, first channel", take_drive_file, PC_HDA,
      NULL },
    { "hdb", "FILE", "its second", take_drive_file, PC_HDB, NULL },
    { "hdc", "FILE", "hard disk, second channel", take_drive_file, PC_HDC,
      NULL },
    { "hdd", "FILE", "its second", take_drive_file, PC_HDD, NULL },
    { "drive", "file=FILE[,...]",
      "if=ide|floppy, index=N, snapshot=on, readonly=on, format=raw",
      take_drive, 0, NULL },
    { "snapshot", NULL, "keep all writes in memory", take_flag, F_SNAPSHOT,
      NULL },
    { "boot", "[order=]DRIVES", "order of a (floppy) and c (hard disk)",
      take_boot, 0, NULL },
    HEADING("Machine"),
    { "m", "SIZE", "memory: 640K, 16 or 16M, up to 512M", take_memory, 0,
      NULL },
    { "cpu", "MODEL[,-mmx]", "processor; -cpu help lists them", take_cpu, 0,
      NULL },
    { "bios", "FILE", "system BIOS image", take_string, S_BIOS, NULL },
    { "vgabios", "FILE", "VGA BIOS image", take_string, S_VGABIOS, NULL },
    { "nvram", "FILE", "keep the 128 bytes of CMOS there", take_string,
      S_NVRAM, NULL },
    { "rtc", "base=utc|localtime|DATE",
      "the clock's start; DATE as 2026-01-31T12:00:00", take_rtc, 0, NULL },
    { "device", "isa-debug-exit,iobase=P,iosize=N",
      "a guest's write V to port P ends with status 2V+1", take_device, 0,
      v_device },
    { "engine", "compiled|fast|plain|nocache", "how instructions are run", take_engine, 0,
      v_engine },
    { "speed", "MIPS|auto|model|max", "guest speed against the host's clock",
      take_speed, 0, v_speed },
    { "no-reboot", NULL, "end where the guest would reboot", take_flag,
      F_NO_REBOOT, NULL },
    { "no-shutdown", NULL, "stay when the guest switches off", take_flag,
      F_NO_SHUTDOWN, NULL },
    HEADING("Front ends and ports"),
    { "display", "KIND", "-display help lists them", take_display, 0, NULL },
    { "nographic", NULL, "no display, serial port on stdio", take_flag,
      F_NOGRAPHIC, NULL },
    { "serial", "DEV", "COM1, COM2, ...: stdio, file:PATH, pty, null, none,\n"
      "tcp:HOST:PORT[,server][,nowait], unix:PATH[,server][,nowait]",
      take_channel, PC_COM1, backends },
    { "parallel", "DEV", "LPT1, most often file:PATH", take_channel, PC_LPT1,
      backends },
    { "debugcon", "DEV", "bytes written to port E9", take_channel,
      PC_DEBUGCON, backends },
    { "monitor", "DEV", "commands (help lists them): stdio, none,\n"
      "unix:PATH[,server][,nowait], tcp:HOST:PORT[,server][,nowait]",
      take_control, 0, NULL },
    { "qmp", "DEV", "QEMU's machine protocol, in the same places",
      take_control, 1, NULL },
    { "name", "NAME", "name of the machine", take_string, S_NAME, NULL },
    HEADING("Running"),
    { "script", "FILE", "do what FILE says, then end (see isabox(1))",
      take_string, S_SCRIPT, NULL },
    { "load", "FILE", "start from a saved state", take_string, S_LOAD, NULL },
    { "loadvm", "FILE", "the same", take_string, S_LOAD, NULL },
    { "d", "TOPICS", "log; -d help lists the topics", take_topics, 0, NULL },
    { "D", "FILE", "log there, not on standard error", take_string, S_LOG,
      NULL },
    { "pidfile", "FILE", "write the process id there", take_string, S_PID,
      NULL },
    { "help", NULL, "this text", take_help, 0, NULL },
    { "version", NULL, "the version", take_version, 0, NULL },
    HEADING("Taken for QEMU's sake, with the one meaning they have here"),
    { "accel", "tcg", "interpreted", take_fixed, 0, v_accel },
    { "machine", "pc|isapc", "a PC", take_fixed, 0, v_machine },
    { "M", "pc|isapc", "the same", take_fixed, 0, v_machine },
    { "vga", "std", "VGA", take_fixed, 0, v_vga },
    { "nic", "none", "no network", take_fixed, 0, v_none },
    { "net", "none", "no network", take_fixed, 0, v_none },
    { "nodefaults", NULL, "nothing that was not asked for", take_fixed, 0,
      NULL },
    { "readconfig", "FILE", "not supported", take_readconfig, 0, NULL },
    { NULL, NULL, NULL, NULL, 0, NULL }
};

/* "-cpu help" and the like. */
static void list_cpus(void)
{
    for (int n = 0; pc_cpu_name(n); n++)
        printf("  %-12s %s\n", pc_cpu_name(n), pc_cpu_doc(n));
    puts("features, as in -cpu pentium,+mmx:");
    for (int n = 0; pc_cpu_feature(n); n++)
        printf("  %-12s %s\n", pc_cpu_feature(n), pc_cpu_feature_doc(n));
}

static void list_words(const struct opt_row *r)
{
    for (const char *const *v = r->values; *v; v++)
        if (r->take != take_engine || pc_has_engine(*v))
            printf("  %s\n", *v);
}

static bool list_values(const struct opt_row *r)
{
    if (r->take == take_cpu)
        list_cpus();
    else if (r->take == take_topics)
        logfile_help();
    else if (r->take == take_display)
        front_list();
    else if (r->values)
        list_words(r);
    else
        return false;
    return true;
}

/* ---- parsing ---- */

static const struct opt_row *find(const char *name)
{
    for (const struct opt_row *r = opt_rows; r->name || r->help; r++)
        if (r->name && !strcmp(r->name, name))
            return r;
    return !strcmp(name, "h") || !strcmp(name, "?") ? find("help") : NULL;
}

static enum opt_result unknown(const char *arg, const char *name, char *why)
{
    struct near n = { name, NULL, 0 };

    for (const struct opt_row *r = opt_rows; r->name || r->help; r++)
        if (r->name)
            near_try(&n, r->name);
    opt_bad(why, n.best ? "unknown option '%.60s'; did you mean '-%s'?"
                        : "unknown option '%.60s'; see --help", arg, n.best);
    return OPT_BAD;
}

static enum opt_result take(struct options *o, const struct opt_row *r,
                            const char *arg, char *why)
{
    char words[PC_WHY], *copy;

    if (arg && (!strcmp(arg, "help") || !strcmp(arg, "?")) && list_values(r))
        return OPT_DONE;
    copy = arg ? options_own(o, arg, strlen(arg)) : NULL;
    if (arg && !copy)
        opt_bad(words, "too many options");
    else if (r->take(o, r, copy, words))
        return r->take == take_help || r->take == take_version ? OPT_DONE
                                                               : OPT_RUN;
    opt_bad(why, "-%s: %.200s", r->name, words);
    return OPT_BAD;
}

enum opt_result options_parse(struct options *o, int argc, char **argv,
                              char *why)
{
    memset(o, 0, sizeof *o);
    pc_config_init(&o->config);
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i], *name = a + (a[0] == '-' && a[1] == '-' ? 2 : 1);
        const struct opt_row *r;
        enum opt_result e;

        if (*a != '-' || !a[1]) {
            if (o->images == OPT_IMAGES)
                return opt_bad(why, "%.80s: at most %d images", a,
                               OPT_IMAGES), OPT_BAD;
            o->image[o->images++] = a;
            continue;
        }
        if (!(r = find(name)))
            return unknown(a, name, why);
        if (r->arg && i + 1 == argc)
            return opt_bad(why, "%s needs %s", a, r->arg), OPT_BAD;
        if ((e = take(o, r, r->arg ? argv[++i] : NULL, why)) != OPT_RUN)
            return e;
    }
    return OPT_RUN;
}
