/* optrows.c - the table of options and what each does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "ui/app/options.h"
#include "ui/app/optdrive.h"
#include "ui/files/logfile.h"
#include "ui/host/jail.h"
#include "ui/session/front.h"

/* ---- what the rows do ---- */

#define TAKE(name)                                                         \
    static bool name(struct options *o, const struct opt_row *row,         \
                     char *arg, char *why)
#define UNUSED (void)o, (void)row, (void)arg, (void)why

static bool options_known(const char *value, const char *const *values)
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
    return !arg || options_known(arg, row->values) ||
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

TAKE(take_cdrom)
{
    struct pc_medium *m = &o->config.drive[row->n];

    if (m->path)
        return opt_bad(why, "the drive is given twice");
    m->path = arg;
    m->cdrom = true;
    return true;
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
    return pc_config_check(&o->config, why);
}

/* The machine may be named later: one that takes it will do. */
static bool some_machine_takes(const struct options *o, char *why)
{
    struct pc_config c = o->config;
    bool ok = pc_config_check(&c, why);

    for (int n = 0; !ok && !o->config.machine && pc_machine_name(n); n++) {
        c.machine = pc_machine_name(n);
        ok = pc_config_check(&c, NULL);
    }
    return ok;
}

TAKE(take_memory)
{
    if (!strncmp(arg, "size=", 5))
        arg += 5;
    if (!opt_size(arg, 10, &o->config.ram_kib))
        return opt_bad(why, "'%.40s' is no size; try 640K, 16 or 16M", arg);
    (void)row;
    if (!o->config.ram_kib)
        return opt_bad(why, "no memory at all");
    return some_machine_takes(o, why);
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
        if (first ? value || !pc_cpu_check(key, NULL)
                  : !options_known(key, features))
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
                          &o->log_file, &o->pidfile, &o->name,
                          &o->writeconfig, &o->replay,
                          &o->files_dir, &o->run_as, &o->chroot,
                          &o->states, &o->incoming };

    *to[row->n] = arg;
    return *arg || opt_bad(why, "needs a value");
}
enum { S_BIOS, S_VGABIOS, S_NVRAM, S_SCRIPT, S_LOAD, S_LOG, S_PID, S_NAME,
       S_WRITECONFIG, S_REPLAY, S_FILES, S_RUN_AS, S_CHROOT,
       S_STATES, S_INCOMING };

/* Whatever else stands behind a comma belongs to the file's name. */
TAKE(take_record)
{
    const char *media = strstr(arg, ",media=");
    size_t n = media ? (size_t)(media - arg) : strlen(arg);

    (void)row;
    if (media && strcmp(media, ",media=embed"))
        return opt_bad(why, "media=%.40s: only media=embed is known",
                       media + strlen(",media="));
    o->record_embeds = media != NULL;
    o->record = options_own(o, arg, n);
    return n ? o->record || opt_bad(why, "out of memory")
             : opt_bad(why, "needs a value");
}

TAKE(take_history)
{
    uint32_t kib = 0;

    (void)row;
    if (strcmp(arg, "off") && (!opt_size(arg, 10, &kib) || kib < 1024))
        return opt_bad(why, "'%.40s' is no size of a megabyte or more, nor "
                       "off", arg);
    o->history = (uint64_t)kib << 10;
    return true;
}

TAKE(take_allow)
{
    char *key, *value, *p = arg;

    while (opt_prop(&p, &key, &value)) {
        if (value || !options_known(key, row->values))
            return opt_unknown(why, "nothing to allow", key, row->values);
        o->allow |= !strcmp(key, "exec") ? ALLOW_EXEC | ALLOW_MIGRATE
                                         : ALLOW_MIGRATE;
    }
    return o->allow || opt_bad(why, "needs a word");
}

TAKE(take_flag)
{
    bool *to[] = { &o->snapshot, &o->no_reboot, &o->no_shutdown,
                   &o->nographic, &o->paused };

    UNUSED;
    *to[row->n] = true;
    return true;
}
enum { F_SNAPSHOT, F_NO_REBOOT, F_NO_SHUTDOWN, F_NOGRAPHIC, F_PAUSED };

/* Each use adds one. */
TAKE(take_display)
{
    const char *known_ones[8] = { NULL };
    const char *name = strcmp(arg, "curses") ? arg : "term";

    (void)row;                          /* curses: QEMU's name for the like */
    for (int n = 0; n < 7 && front_at(n); n++)
        known_ones[n] = front_at(n)->name;
    if (!front_by_name(name))
        return opt_unknown(why, "no such display", arg, known_ones);
    if (o->displays == DISPLAYS)
        return opt_bad(why, "there can be only %d displays", DISPLAYS);
    o->display[o->displays++] = name;
    return front_check(name, why);
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
    o->given |= (uint16_t)(1u << ch);
    o->config.channels &= (uint16_t)~(1u << ch);
    o->config.channels |= (uint16_t)(none ? 0 : 1u << ch);
    return true;
}

static bool add_control(struct options *o, const char *spec,
                        enum control_protocol protocol, char *why)
{
    if (o->controls == OPT_CONTROLS)
        return opt_bad(why, "there can be only %d monitors", OPT_CONTROLS);
    o->control[o->controls].spec = spec;
    o->control[o->controls++].protocol = protocol;
    return true;
}

/* gdb comes to us, and the machine does not wait for it. */
TAKE(take_gdb)
{
    static const char listen[] = ",server=on,wait=off";
    static const char *const known_ones[] = { "none", "unix:", "tcp:", NULL };
    size_t n = strlen(arg);
    char *spec;

    (void)row;
    if (!strcmp(arg, "none"))
        return true;
    if (strncmp(arg, "unix:", 5) && strncmp(arg, "tcp:", 4))
        return opt_unknown(why, "unknown device", arg, known_ones);
    spec = malloc(n + sizeof listen);
    if (spec) {
        memcpy(spec, arg, n);
        memcpy(spec + n, listen, sizeof listen);
        arg = options_own(o, spec, n + sizeof listen - 1);
    }
    free(spec);
    return arg && spec ? add_control(o, arg, CONTROL_GDB, why)
                       : opt_bad(why, "out of memory");
}

TAKE(take_gdb_here)
{
    static char usual[] = "tcp::1234";

    UNUSED;
    return take_gdb(o, row, usual, why);
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
    return add_control(o, arg, row->n ? CONTROL_QMP : CONTROL_MONITOR, why);
}

TAKE(take_rtc)
{
    static const char *const names[] = { "base", "clock", NULL };
    char *key, *value, *p = arg;

    (void)row;
    o->rtc_given = true;
    while (opt_prop(&p, &key, &value)) {
        if (!value || !options_known(key, names))
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
    const char *names[8] = { NULL };

    (void)row;
    for (int n = 0; n < 7 && pc_engine_name(n); n++)
        names[n] = pc_engine_name(n);
    o->config.engine = arg;
    return options_known(arg, names) ||
           opt_unknown(why, "unknown engine", arg, names);
}

TAKE(take_drive)
{
    (void)row;
    return opt_drive(o, arg, why);
}

/* ---- lists and texts ---- */

TAKE(take_most)
{
    uint64_t *to[] = { &o->snapshot_max, &o->output_max };
    uint32_t kib;

    if (!opt_size(arg, 10, &kib))
        return opt_bad(why, "'%.40s' is no size; try 64M, 1G or 0", arg);
    *to[row->n] = (uint64_t)kib << 10;
    return true;
}
enum { M_SNAPSHOT, M_OUTPUT };

/* QEMU's on takes other words behind it, which are so here anyway. */
TAKE(take_sandbox)
{
    size_t n = strcspn(arg, ",");

    if (!strncmp(arg, "on", n) && n == 2)
        o->sandbox = SANDBOX_ON;
    else if (!strcmp(arg, "off"))
        o->sandbox = SANDBOX_OFF;
    else if (!strcmp(arg, "status"))
        jail_list();
    else
        return opt_unknown(why, "unknown mode", arg, row->values);
    return true;
}

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
LIST(v_sandbox, "on", "off", "status");
LIST(v_allow, "migrate", "exec");
LIST(v_accel, "tcg");
LIST(v_vga, "std", "cirrus", "none");
LIST(v_none, "none");
LIST(v_audio, "sdl", "wav", "none");
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
    { "cdrom", "FILE", "CD-ROM drive, first of the second channel; a folder\n"
      "is a disc, too (iso:DIR)", take_cdrom,
      CD_PLACE, NULL },
    { "drive", "file=FILE[,...]",
      "if=ide|floppy|none, media=disk|cdrom, index=N, id=ID, snapshot=on,\n"
      "readonly=on, format=FORMAT, cache=writeback|writethrough|unsafe,\n"
      "cyls=C, heads=H, secs=S, trans=none|lba|large|rechs,\n"
      "werror=, rerror=report|ignore|stop|enospc",
      take_drive, 0, NULL },
    { "snapshot", NULL, "keep all writes in memory", take_flag, F_SNAPSHOT,
      NULL },
    { "snapshot-max", "SIZE", "of these in memory for each drive, then in a\n"
      "file in TMPDIR that has no name; 256M", take_most, M_SNAPSHOT, NULL },
    { "boot", "[order=]DRIVES", "order of a (floppy), c (hard disk) and d (CD)",
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
    { "M", "MODEL", "isapc, pc or xt", opt_machine, 0, NULL },
    { "machine", "MODEL", "the same", opt_machine, 0, NULL },
    { "device", "NAME[,PROP=VALUE...]", "add a device or change one;\n"
      "-device help and -device NAME,help list them", opt_device, 0, NULL },
    { "vga", "std|cirrus|none", "display adapter", opt_vga, 0, v_vga },
    { "nodefaults", NULL, "no ports, display or disk controllers but those\n"
      "asked for", opt_nodefaults, 0, NULL },
    { "readconfig", "FILE", "options from a machine file", opt_readconfig, 0,
      NULL },
    { "writeconfig", "FILE", "write the options as a machine file; - prints it",
      take_string, S_WRITECONFIG, NULL },
    { "engine", "compiled|fast|plain|nocache", "how instructions are run",
      take_engine, 0, NULL },
    { "speed", "MIPS|auto|model|max", "guest speed against the host's clock",
      take_speed, 0, v_speed },
    { "no-reboot", NULL, "end where the guest would reboot", take_flag,
      F_NO_REBOOT, NULL },
    { "no-shutdown", NULL, "stay when the guest switches off", take_flag,
      F_NO_SHUTDOWN, NULL },
    HEADING("Front ends and ports"),
    { "display", "KIND", "-display help lists them", take_display, 0, NULL },
    { "audiodev", "sdl|wav|none,id=ID[,...]", "where sound goes: the host's sound\n"
      "device, path=FILE.wav, nowhere; out.frequency=HZ", opt_audiodev, 0,
      v_audio },
    { "audio", "sdl|wav|none[,model=CARD,...]", "the same, and the -device that\n"
      "plays there", opt_audio, 0, v_audio },
    { "nographic", NULL, "no display, serial port on stdio", take_flag,
      F_NOGRAPHIC, NULL },
    { "serial", "DEV", "COM1, COM2, ...: stdio, file:PATH, pty, null, none,\n"
      "tcp:HOST:PORT[,server][,nowait], unix:PATH[,server][,nowait]",
      take_channel, PC_COM1, backends },
    { "chardev", "KIND,id=ID[,...]", "for -device's chardev=ID: stdio, pty, null,\n"
      "file,path=F, socket,path=F|port=P[,server=on]", opt_chardev, 0, NULL },
    { "parallel", "DEV", "LPT1, most often file:PATH", take_channel, PC_LPT1,
      backends },
    { "debugcon", "DEV", "bytes written to port E9", take_channel,
      PC_DEBUGCON, backends },
    { "monitor", "DEV", "commands (help lists them): stdio, none,\n"
      "unix:PATH[,server][,nowait], tcp:HOST:PORT[,server][,nowait]",
      take_control, 0, NULL },
    { "qmp", "DEV", "QEMU's machine protocol, in the same places",
      take_control, 1, NULL },
    { "gdb", "DEV", "wait there for gdb: tcp:HOST:PORT, unix:PATH, none",
      take_gdb, 0, NULL },
    { "s", NULL, "the same as -gdb tcp::1234", take_gdb_here, 0, NULL },
    { "S", NULL, "start paused; the monitor's cont, or gdb, lets it run",
      take_flag, F_PAUSED, NULL },
    { "files-dir", "DIR", "the one folder whose files commands may name",
      take_string, S_FILES, NULL },
    { "run-as", "USER", "become that user when all is open", take_string,
      S_RUN_AS, NULL },
    { "chroot", "DIR", "see that folder as the root when all is open",
      take_string, S_CHROOT, NULL },
    { "output-max", "SIZE", "that the log and the file of each port may grow\n"
      "to; 1G, 0: as they like", take_most, M_OUTPUT, NULL },
    { "sandbox", "on|off|status", "what the process may ask of the host; on: or\n"
      "it is an error; status lists it", take_sandbox, 0, v_sandbox },
    { "allow", "migrate|exec", "what else it may be told to do: connect to\n"
      "where a machine goes, start a program for that", take_allow, 0,
      v_allow },
    { "name", "NAME", "name of the machine", take_string, S_NAME, NULL },
    HEADING("Running"),
    { "script", "FILE", "do what FILE says, then end (see isabox(1))",
      take_string, S_SCRIPT, NULL },
    { "load", "FILE", "start from a saved state", take_string, S_LOAD, NULL },
    { "loadvm", "FILE", "the same", take_string, S_LOAD, NULL },
    { "states", "FILE", "the file where savevm NAME keeps states",
      take_string, S_STATES, NULL },
    { "history", "SIZE|off", "keep the machine's past, to go back to; 128M",
      take_history, 0, NULL },
    { "record", "FILE[,media=embed]", "keep all input there, to be run again; "
      "with\ncopies of the media if so told", take_record, 0, NULL },
    { "replay", "FILE", "run such a file; isabox replay FILE only compares",
      take_string, S_REPLAY, NULL },
    { "incoming", "URI|defer", "the machine comes from another isabox: tcp:,\n"
      "unix:, exec:, file:, or as migrate-incoming says", take_string,
      S_INCOMING, NULL },
    { "d", "TOPICS", "log; -d help lists the topics", take_topics, 0, NULL },
    { "D", "FILE", "log there, not on standard error", take_string, S_LOG,
      NULL },
    { "pidfile", "FILE", "write the process id there", take_string, S_PID,
      NULL },
    { "help", NULL, "this text", take_help, 0, NULL },
    { "version", NULL, "the version", take_version, 0, NULL },
    HEADING("Taken for QEMU's sake, with the one meaning they have here"),
    { "accel", "tcg", "interpreted", take_fixed, 0, v_accel },
    { "nic", "none", "no network", take_fixed, 0, v_none },
    { "net", "none", "no network", take_fixed, 0, v_none },
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
        printf("  %s\n", *v);
}

static void list_engines(void)
{
    for (int n = 0; pc_engine_name(n); n++)
        if (pc_has_engine(pc_engine_name(n)))
            printf("  %s\n", pc_engine_name(n));
}

bool opt_list_values(const struct opt_row *r)
{
    if (r->take == take_cpu)
        list_cpus();
    else if (r->take == take_engine)
        list_engines();
    else if (r->take == take_topics)
        logfile_help();
    else if (r->take == take_display)
        front_list();
    else if (r->take == opt_machine)
        opt_list_machines();
    else if (r->values)
        list_words(r);
    else
        return false;
    return true;
}

bool opt_prints(const struct opt_row *r)
{
    return r->take == take_help || r->take == take_version;
}

bool opt_prints_for(const struct opt_row *r, const char *arg)
{
    return r->take == take_sandbox && !strcmp(arg, "status");
}
