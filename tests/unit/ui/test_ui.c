/* test_ui.c - front-end pieces without a machine: names, keys, values, the
 * command line, scripts, terminals. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "ui/display/charset.h"
#include "ui/session/keys.h"
#include "machine/core/near.h"
#include "ui/app/options.h"
#include "ui/display/png.h"
#include "ui/display/screen.h"
#include "ui/control/commands.h"
#include "ui/control/hotkeys.h"
#include "ui/control/script.h"
#include "ui/display/term.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

/* ---- names ---- */

START_TEST(near_counts_steps)
{
    ck_assert_int_eq(near_distance("abc", "abc"), 0);
    ck_assert_int_eq(near_distance("abc", "abd"), 1);
    ck_assert_int_eq(near_distance("abc", "acb"), 1);
    ck_assert_int_eq(near_distance("", "abc"), 3);
    ck_assert_int_eq(near_distance("display", "dsplay"), 1);
}
END_TEST

START_TEST(near_keeps_only_what_could_be_meant)
{
    struct near n = { "xyzzy", NULL, 0 };

    near_try(&n, "fda");
    ck_assert_ptr_null(n.best);
    n = (struct near){ "snapshit", NULL, 0 };
    near_try(&n, "script");
    near_try(&n, "snapshot");
    ck_assert_str_eq(n.best, "snapshot");
}
END_TEST

/* ---- keys ---- */

static const struct { const char *text; int n; uint16_t code[4]; } chords[] = {
    { "a", 1, { 0x1e } },
    { "ctrl-alt-delete", 3, { 0x1d, 0x38, 0xe053 } },
    { "shift-f10", 2, { 0x2a, 0x44 } },
    { "ret", 1, { 0x1c } }, { "kp_enter", 1, { 0xe01c } },
    { "pause", 1, { 0xe11d } }, { "print", 1, { 0xe037 } },
    { "ctrl-nosuch", 0, { 0 } }, { "", 0, { 0 } }, { "a-", 0, { 0 } },
};

START_TEST(chords_are_keys_in_order)
{
    uint16_t code[CHORD_KEYS];
    char bad[32];

    ck_assert_int_eq(key_chord(chords[_i].text, code, bad), chords[_i].n);
    for (int k = 0; k < chords[_i].n; k++)
        ck_assert_uint_eq(code[k], chords[_i].code[k]);
}
END_TEST

START_TEST(every_ascii_character_has_its_key)
{
    bool shift;
    uint16_t seen[2][128] = { { 0 } };

    for (int c = ' '; c < 127; c++) {
        uint16_t code = key_of_char(c, &shift);

        ck_assert_uint_ne(code, 0);
        ck_assert_uint_lt(code, 128);
        ck_assert_msg(!seen[shift][code], "'%c' is typed as '%c' is", c,
                      seen[shift][code]);
        seen[shift][code] = (uint16_t)c;
    }
    ck_assert_uint_eq(key_of_char('\n', &shift), 0x1c);
    ck_assert_uint_eq(key_of_char(0xe9, &shift), 0);
    ck_assert_uint_eq(key_of_char('A', &shift), 0x1e);
    ck_assert(shift);
}
END_TEST

/* ---- characters ---- */

START_TEST(code_page_goes_there_and_back)
{
    for (int c = 1; c < 255; c++) {
        char text[5] = { 0 };
        const char *p = text;

        if (cp437_unicode[c] == ' ' && c != ' ')
            continue;
        utf8_put(text, cp437_unicode[c]);
        ck_assert_int_eq(charset_from_unicode(utf8_get(&p)), c);
        ck_assert_int_ge(charset_ascii((uint8_t)c), ' ');
        ck_assert_int_lt(charset_ascii((uint8_t)c), 127);
    }
    ck_assert_uint_eq(cp437_unicode[0xda], 0x250c);
    ck_assert_uint_eq(cp437_unicode[0xb3], 0x2502);
    ck_assert_int_eq(charset_ascii(0xba), '|');
    ck_assert_int_eq(charset_ascii(0xcd), '=');
    ck_assert_int_eq(charset_ascii(0x8e), 'A');
}
END_TEST

START_TEST(damaged_utf8_does_not_run_away)
{
    const char *text = "\xe2\x82", *p = text;

    ck_assert_uint_eq(utf8_get(&p), 0xfffd);
    ck_assert(p > text && p <= text + 2);
    p = "\x80z";
    ck_assert_uint_eq(utf8_get(&p), 0xfffd);
    ck_assert_int_eq(*p, 'z');
}
END_TEST

/* ---- values ---- */

static const struct { const char *text; bool ok; uint32_t kib; } sizes[] = {
    { "16", true, 16384 }, { "16M", true, 16384 }, { "640K", true, 640 },
    { "1G", true, 1 << 20 }, { "640k", true, 640 }, { "8MB", true, 8192 },
    { "", false, 0 }, { "x", false, 0 }, { "-1", false, 0 },
    { "4T", false, 0 }, { "99999999999G", false, 0 },
};

START_TEST(sizes_have_units)
{
    uint32_t kib = 0;

    ck_assert_int_eq(opt_size(sizes[_i].text, 10, &kib), sizes[_i].ok);
    if (sizes[_i].ok)
        ck_assert_uint_eq(kib, sizes[_i].kib);
}
END_TEST

static const struct { const char *text; bool ok; long long v; } dates[] = {
    { "1970-01-01", true, 0 }, { "2026-01-31T12:00:00", true, 1769860800 },
    { "2000-02-29", true, 951782400 }, { "2100-02-29", false, 0 },
    { "2026-13-01", false, 0 }, { "2026-1-1x", false, 0 },
    { "2026-01-31T12:00", false, 0 }, { "utc", false, 0 },
    { "2026-01-31T25:00:00", false, 0 },
};

START_TEST(dates_are_seconds)
{
    int64_t v = 0;

    ck_assert_int_eq(opt_date(dates[_i].text, &v), dates[_i].ok);
    if (dates[_i].ok)
        ck_assert_int_eq(v, dates[_i].v);
}
END_TEST

static const struct { const char *text; bool ok; long long ns; } times[] = {
    { "2s", true, 2000000000 }, { "250ms", true, 250000000 },
    { "1.5s", true, 1500000000 }, { "3", true, 3000000000 },
    { "90us", true, 90000 }, { "1m", true, 60000000000 },
    { "2x", false, 0 }, { "s", false, 0 }, { "-2s", false, 0 },
    { "1e99s", false, 0 }, { "0x10", false, 0 }, { "nan", false, 0 },
};

START_TEST(times_have_units)
{
    int64_t ns = 0;

    ck_assert_int_eq(opt_time(times[_i].text, &ns), times[_i].ok);
    if (times[_i].ok)
        ck_assert_int_eq(ns, times[_i].ns);
}
END_TEST

START_TEST(doubled_commas_stay)
{
    char text[] = "file=a,,b,,c,snapshot,id=x";
    char *p = text, *key, *value;

    ck_assert(opt_prop(&p, &key, &value));
    ck_assert_str_eq(key, "file");
    ck_assert_str_eq(value, "a,b,c");
    ck_assert(opt_prop(&p, &key, &value));
    ck_assert_str_eq(key, "snapshot");
    ck_assert_ptr_null(value);
    ck_assert(opt_prop(&p, &key, &value));
    ck_assert_str_eq(value, "x");
    ck_assert(!opt_prop(&p, &key, &value));
}
END_TEST

/* ---- the command line ---- */

static enum opt_result parse(struct options *o, const char *line, char *why)
{
    static char copy[300];
    char *argv[40] = { "isabox" };
    int argc = 1;

    snprintf(copy, sizeof copy, "%s", line);
    for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
        argv[argc++] = w;
    return options_parse(o, argc, argv, why);
}

START_TEST(options_fill_the_configuration)
{
    struct options o;
    char why[PC_WHY] = "";

    ck_assert_int_eq(parse(&o, "-fda a.img --hdb b.img -m 8M -cpu 386,-fpu "
                           "-boot order=ca -snapshot -serial null -serial "
                           "file:x,y -device isa-debug-exit,iobase=0xf4,"
                           "iosize=4 -rtc base=2026-01-31 -speed 2.5 c.img",
                           why), OPT_RUN);
    ck_assert_str_eq(o.config.drive[PC_FDA].path, "a.img");
    ck_assert_str_eq(o.config.drive[PC_HDB].path, "b.img");
    ck_assert_uint_eq(o.config.ram_kib, 8192);
    ck_assert_str_eq(o.config.cpu, "386,-fpu");
    ck_assert(o.snapshot);
    ck_assert_str_eq(o.config.boot, "ca");
    ck_assert_str_eq(o.channel[PC_COM2], "file:x,y");
    ck_assert_int_eq(o.config.devices, 1);
    ck_assert_str_eq(o.config.device[0], "isa-debug-exit,iobase=0xf4,iosize=4");
    ck_assert_int_eq(o.rtc, RTC_DATE);
    ck_assert_uint_eq(o.ps_per_insn, 400000);
    ck_assert_str_eq(o.image[0], "c.img");
    options_free(&o);
}
END_TEST

START_TEST(geometry_by_hand)
{
    struct options o;
    char why[PC_WHY];
    const struct pc_medium *d = o.config.drive;

    ck_assert_int_eq(parse(&o, "-drive file=a,cyls=615,heads=4,secs=17 "
                           "-drive file=f,if=none,id=f "
                           "-drive file=b,if=none,id=b,secs=9 "
                           "-device floppy,drive=f,unit=1,secs=9 "
                           "-device ide-hd,drive=b,bus=ide.1,unit=1,heads=240,"
                           "bios-chs-trans=rechs", why), OPT_RUN);
    ck_assert_uint_eq(d[PC_HDA].cylinders, 615);
    ck_assert_uint_eq(d[PC_HDA].heads, 4);
    ck_assert_uint_eq(d[PC_HDA].sectors, 17);
    ck_assert_uint_eq(d[PC_HDA].translation, PC_TRANS_AUTO);
    ck_assert_str_eq(d[PC_FDB].path, "f");
    ck_assert_uint_eq(d[PC_FDB].sectors, 9);
    ck_assert_str_eq(d[PC_HDD].path, "b");
    ck_assert_uint_eq(d[PC_HDD].heads, 240);
    ck_assert_uint_eq(d[PC_HDD].sectors, 9);
    ck_assert_uint_eq(d[PC_HDD].translation, PC_TRANS_RECHS);
    options_free(&o);
}
END_TEST

START_TEST(drives_go_where_they_are_told)
{
    struct options o;
    char why[PC_WHY] = "";

    ck_assert_int_eq(parse(&o, "-drive file=a,if=floppy -drive file=b "
                           "-drive file=c,index=3,readonly=on "
                           "-drive file=d,if=floppy,snapshot=on", why),
                     OPT_RUN);
    ck_assert_str_eq(o.config.drive[PC_FDA].path, "a");
    ck_assert_str_eq(o.config.drive[PC_HDA].path, "b");
    ck_assert_str_eq(o.config.drive[PC_HDD].path, "c");
    ck_assert(o.config.drive[PC_HDD].readonly);
    ck_assert_str_eq(o.config.drive[PC_FDB].path, "d");
    ck_assert(o.config.drive[PC_FDB].snapshot);
    options_free(&o);
}
END_TEST

/* What -writeconfig writes, -readconfig reads. */
START_TEST(a_machine_file_holds_the_options)
{
    const char *path = "test_ui.machine";
    struct options o, again;
    char why[PC_WHY] = "";

    ck_assert_int_eq(parse(&o, "-M isapc -m 8M -cpu 386,-fpu -snapshot -drive "
                           "file=a,,b,id=d,if=floppy -serial null -device "
                           "isa-serial,id=com3,index=2,irq=5 c.img "
                           "-writeconfig test_ui.machine", why), OPT_RUN);
    ck_assert_int_eq(parse(&again, "-readconfig test_ui.machine", why),
                     OPT_RUN);
    ck_assert_str_eq(again.config.machine, "isapc");
    ck_assert_uint_eq(again.config.ram_kib, 8192);
    ck_assert_str_eq(again.config.cpu, "386,-fpu");
    ck_assert(again.snapshot);
    ck_assert_str_eq(again.config.drive[PC_FDA].path, "a,b");
    ck_assert_str_eq(again.channel[PC_COM1], "null");
    ck_assert_str_eq(again.config.device[0],
                     "isa-serial,id=com3,index=2,irq=5");
    ck_assert_str_eq(again.image[0], "c.img");
    options_free(&o);
    options_free(&again);
    remove(path);
}
END_TEST

static const struct { const char *text, *words; } bad_file[] = {
    { "[devise]\n", ":1: [devise]: no such group" },
    { "irq = 5\n", ":1: irq: stands in no group" },
    { "[isabox]\n\n# x\ncpu = 387\n", ":4: -cpu: no such CPU model" },
    { "[isabox]\nsnapshit = on\n", "did you mean '-snapshot'" },
    { "[isabox]\nsnapshot = maybe\n", "on or off" },
    { "[isabox]\nreadconfig = x\n", "not in a machine file" },
    { "[device]\nirq = 5\n[isabox]\n", ":3: [device]: needs driver" },
    { "[device \"x\"]\ndriver = isa-seriel\n", ":2: -device: no such device" },
    { "[machine \"x\"]\n", "takes no name" },
    { "[isabox\n", "']' is missing" },
    { "[isabox]\ncpu 386\n", "neither" },
};

START_TEST(a_wrong_machine_file_names_the_line)
{
    FILE *f = fopen("test_ui.machine", "w");
    struct options o;
    char why[PC_WHY] = "";

    fputs(bad_file[_i].text, f);
    fclose(f);
    ck_assert_int_eq(parse(&o, "-readconfig test_ui.machine", why), OPT_BAD);
    ck_assert_msg(strstr(why, bad_file[_i].words), "%s", why);
    options_free(&o);
    remove("test_ui.machine");
}
END_TEST

/* In the form of QEMU's -writeconfig: -M isapc -m 16 -hda x -device
 * isa-serial,id=s2,irq=5
 * -rtc base=utc -boot order=c. */
START_TEST(qemus_machine_file)
{
    static const char text[] =
        "# qemu config file\n\n[drive]\n  index = \"0\"\n  media = \"disk\"\n"
        "  file = \"x\"\n\n[device \"s2\"]\n  driver = \"isa-serial\"\n"
        "  irq = \"5\"\n\n[machine]\n  type = \"isapc\"\n\n[memory]\n"
        "  size = \"16\"\n\n[rtc]\n  base = \"utc\"\n\n[boot-opts]\n"
        "  order = \"c\"\n\n";
    FILE *f = fopen("test_ui.machine", "w");
    struct options o;
    char why[PC_WHY] = "";

    fputs(text, f);
    fclose(f);
    ck_assert_int_eq(parse(&o, "-readconfig test_ui.machine", why), OPT_RUN);
    ck_assert_str_eq(o.config.drive[PC_HDA].path, "x");
    ck_assert_str_eq(o.config.device[0], "isa-serial,id=s2,irq=5");
    ck_assert_str_eq(o.config.machine, "isapc");
    ck_assert_uint_eq(o.config.ram_kib, 16384);
    ck_assert_str_eq(o.config.boot, "c");
    options_free(&o);
    remove("test_ui.machine");
}
END_TEST

static const struct { const char *line, *words; } wrong[] = {
    { "-snapshit", "did you mean '-snapshot'" },
    { "-fda", "needs FILE" },
    { "-fda a -fda b", "twice" },
    { "-cpu 8068", "did you mean '8086'" },
    { "-cpu 486,-fpv", "did you mean 'fpu'" },
    { "-display termm", "did you mean 'term'" },
    { "-display none,full-screen=on", "unknown property 'full-screen'" },
    { "-display none -display none -display none -display none -display none",
      "only 4" },
    { "-serial fil:x", "did you mean 'file:'" },
    { "-m 12Q", "no size" }, { "-m 32K", "640 KB to 512 MB" },
    { "-boot q", "boot order" }, { "-boot menu=on", "only be off" },
    { "-rtc bse=utc", "did you mean 'base'" },
    { "-rtc base=2026-02-30", "date" },
    { "-device isa-debug-exitt", "did you mean 'isa-debug-exit'" },
    { "-device isa-debug-exit,iobase=0x10000", "0x1 to 0xffff" },
    { "-drive file=x,format=qcow9", "format" },
    { "-drive file=x,heads=0", "heads=0: no such value" },
    { "-drive file=x,heads=256", "heads=256" },
    { "-drive file=x,secs=64", "secs=64" },
    { "-drive file=x,cyls=-1", "cyls=-1" },
    { "-drive file=x,trans=chs", "trans: unknown" },
    { "-drive file=x,haeds=4", "did you mean 'heads'" },
    { "-drive file=x,if=none", "needs id=" },
    { "-drive file=x,if=none,id=d", "no -device takes it" },
    { "-device ide-hd", "needs drive=" },
    { "-device ide-hd,drive=d", "no -drive with if=none" },
    { "-drive file=x,if=none,id=d -device ide-hd,drive=d,bus=ide.2", "bus" },
    { "-drive file=x,if=none,id=d -device ide-hd,drive=d,unit=1",
      "unit= needs bus=" },
    { "-drive file=x,if=scsi", "if" },
    { "-drive file=x,index=7", "index" },
    { "-drive media=disk", "needs file=" },
    { "-d irqs", "did you mean 'irq'" },
    { "-speed maxx", "did you mean 'max'" }, { "-speed 0", "0.01" },
    { "-engine plian", "did you mean 'plain'" },
    { "-accel kvm", "tcg" },
    { "-serial null -serial null -serial null -serial null -serial null",
      "only 4" },
};

START_TEST(mistakes_are_named)
{
    struct options o;
    char why[PC_WHY] = "";

    ck_assert_int_eq(parse(&o, wrong[_i].line, why), OPT_BAD);
    ck_assert_msg(strstr(why, wrong[_i].words), "%s: %s", wrong[_i].line, why);
    options_free(&o);
}
END_TEST

/* Every option has its place in the manual page. */
START_TEST(the_manual_is_complete)
{
    static char page[40000];
    const char *src = getenv("SRCDIR");
    char text[100];
    FILE *f;

    snprintf(text, sizeof text, "%.60s/docs/isabox.1", src ? src : ".");
    if (!(f = fopen(text, "r")))
        return;                         /* not run from the build folder */
    ck_assert_uint_gt(fread(page, 1, sizeof page - 1, f), 1000);
    fclose(f);
    for (const struct opt_row *r = opt_rows; r->name || r->help; r++) {
        char *to = text;

        if (!r->name || !strcmp(r->name, "M") || !strcmp(r->name, "readconfig"))
            continue;
        *to++ = '\\';                   /* roff's hyphen: \- */
        *to++ = '-';
        for (const char *p = r->name; *p; p++) {
            if (*p == '-')
                *to++ = '\\';
            *to++ = *p;
        }
        *to = 0;
        ck_assert_msg(strstr(page, text), "no %s", text);
    }
}
END_TEST

/* ---- scripts ---- */

static struct script *script(const char *text, char *why)
{
    char path[] = "/tmp/isabox-test-XXXXXX";
    int fd = mkstemp(path);
    struct script *sc;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    sc = script_read(path, why);
    unlink(path);
    return sc;
}

START_TEST(scripts_are_read)
{
    char why[PC_WHY] = "";
    struct script *sc = script("# a comment\n\n"
                               "expect 2s \"A:\\\\>\" # and one here\n"
                               "type \"a\\tb\\n\\e\\\"\"\n"
                               "key ctrl-alt-delete ret f1\n"
                               "assert-mem 40:17 00ff\n"
                               "print $cs.base / $eip\n"
                               "expect \"5s\"\nquit 3", why);

    ck_assert_msg(sc != NULL, "%s", why);
    script_free(sc);
}
END_TEST

/* Lines as a script has them, and one argument's word and number. */
static const struct {
    const char *line, *arg, *text;
    int64_t n;
} good_lines[] = {
    { "expect 2s \"A:\\\\>\" # a comment", "text", "A:\\>", 0 },
    { "expect 2s \"x\"", "time", "2s", 2000000000 },
    { "expect \"5s\"", "text", "5s", 0 },
    { "type \"a\\tb\\n\\e\\\"\"", "text", "a\tb\n\033\"", 0 },
    { "key ctrl-alt-delete ret f1", "chord", "ctrl-alt-delete ret f1", 0 },
    { "assert-mem 40:17 00ff", "addr", "40:17", 0x417 },
    { "eject -f fdb", "device", "fdb", PC_FDB },
    { "eject b -f", "device", "b", PC_FDB },
    { "mouse 3 -4", "dy", NULL, -4 },
    { "mouse 3 -4 -5", "dz", NULL, -5 },
    { "memsave 0x10 64K \"a b\"", "size", NULL, 65536 },
    { "memsave 0x10 64K \"a b\"", "filename", "a b", 0 },
    { "log  io:70", "topics", "io:70", 0 },
    { "change fda x.img read-only", "format", "read-only", 0 },
    { "info\tstatus", NULL, NULL, 0 },
};

START_TEST(lines_become_calls)
{
    struct call c = { .way = BY_SCRIPT };
    const struct call_arg *a;

    ck_assert_msg(call_read(&c, good_lines[_i].line), "%s", c.why);
    if (good_lines[_i].arg) {
        a = call_arg(&c, good_lines[_i].arg);
        ck_assert(a->given);
        ck_assert_pstr_eq(a->text, good_lines[_i].text);
        if (good_lines[_i].n)
            ck_assert_int_eq(a->n, good_lines[_i].n);
    }
    call_end(&c);
}
END_TEST

/* Each row: types that exist, names that are found, no name twice. */
START_TEST(the_table_of_commands_is_sound)
{
    size_t n;

    for (const struct command *r = NULL; (r = command_next(r));) {
        const char *args = r->args;
        char buf[COMMAND_NAME];
        struct param p;
        int count = 0;

        ck_assert_msg(r->run && r->help, "%s", r->name);
        for (; param_next(&args, &p); count += p.type != P_FORMAT)
            ck_assert_msg(p.type < P_LIST || strstr(r->args, ":list"), "%s",
                          r->name);
        ck_assert_int_le(count, CALL_ARGS);
        if (!strchr(r->name, '|'))
            ck_assert_msg(command_find(r->name, &n) == r, "%s", r->name);
        if (command_qmp_name(r, buf))
            ck_assert(command_of_qmp(command_qmp_name(r, buf)) == r);
    }
    for (const struct hotkey *k = hotkeys; k->line; k++)
        ck_assert_msg(command_find(k->line, &n) != NULL, "%s", k->line);
}
END_TEST

static const struct { const char *text, *words; } bad_scripts[] = {
    { "expct \"x\"", ":1: unknown command: 'expct'; did you mean 'expect'" },
    { "wait 1s\nkey ctlr-a", ":2: chord: there is no 'ctlr'; did you mean "
      "'ctrl'" },
    { "expect \"x", "no closing quotation" },
    { "expect \"\\q\"", "unknown escape" },
    { "expect", "text is missing" },
    { "hash now", "'now' is too much" },
    { "wait long", "is no time" },
    { "mouse 1 x", "invalid number" },
    { "click top", "none of left" },
    { "insert hdz x", "no such drive" },
    { "print $eex", "did you mean '$eax'" },
    { "assert-mem 0x400 0", "hex digits" },
    { "assert-mem zz 00", "no address" },
    { "type \"\xc3\xa4\"", "no key types" },
    { "expect \"a\"\"b\"", "a blank is missing" },
    { "key", "chord is missing" },
    { "type", "text is missing" },
};

START_TEST(bad_scripts_name_file_and_line)
{
    char why[PC_WHY] = "";

    ck_assert_ptr_null(script(bad_scripts[_i].text, why));
    ck_assert_msg(strstr(why, bad_scripts[_i].words), "%s", why);
    ck_assert_msg(strstr(why, "/tmp/isabox-test-"), "%s", why);
}
END_TEST

START_TEST(addresses_and_bytes)
{
    uint32_t a;
    uint8_t b[4];

    ck_assert(value_address("0x7c00", &a) && a == 0x7c00);
    ck_assert(value_address("40:17", &a) && a == 0x417);
    ck_assert(value_address("ffff:ffff", &a) && a == 0x10ffef);
    ck_assert(!value_address("10000:0", &a) && !value_address("40:", &a));
    ck_assert_int_eq(value_bytes("55aa", b, 4), 2);
    ck_assert_uint_eq(b[1], 0xaa);
    ck_assert_int_eq(value_bytes("55a", b, 4), -1);
    ck_assert_int_eq(value_bytes("0011223344", b, 4), -1);
    ck_assert_int_eq(value_bytes("", b, 4), -1);
}
END_TEST

/* ---- the terminal ---- */

static const struct {
    const char *bytes;
    uint16_t code;
    int mods;
} sequences[] = {
    { "a", 0x1e, 0 }, { "A", 0x1e, TERM_SHIFT }, { "\r", 0x1c, 0 },
    { "\x7f", 0x0e, 0 }, { "\t", 0x0f, 0 }, { "\x03", 0x2e, TERM_CTRL },
    { "\033[A", 0xe048, 0 }, { "\033OA", 0xe048, 0 },
    { "\033[1;5C", 0xe04d, TERM_CTRL }, { "\033OP", 0x3b, 0 },
    { "\033[15~", 0x3f, 0 }, { "\033[24~", 0x58, 0 },
    { "\033[3;5~", 0xe053, TERM_CTRL }, { "\033[[B", 0x3c, 0 },
    { "\033x", 0x2d, TERM_ALT }, { "\033X", 0x2d, TERM_ALT | TERM_SHIFT },
    { "\033\r", 0x1c, TERM_ALT }, { "\033[Z", 0x0f, TERM_SHIFT },
    { "\033[1;3P", 0x3b, TERM_ALT }, { "\033[27;5;9~", 0x0f, TERM_CTRL },
    { "\033[13;2u", 0x1c, TERM_SHIFT }, { "\xc3\xa4", 0, 0 },
    { "\033[?1;2c", 0, 0 },
};

START_TEST(sequences_are_keys)
{
    struct term_input in = { .n = strlen(sequences[_i].bytes) };
    uint16_t code;
    int mods, raw;

    memcpy(in.buf, sequences[_i].bytes, in.n);
    ck_assert(term_next_key(&in, false, &code, &mods, &raw));
    ck_assert_uint_eq(code, sequences[_i].code);
    if (code)
        ck_assert_int_eq(mods, sequences[_i].mods);
    ck_assert_uint_eq(in.n, 0);
}
END_TEST

START_TEST(a_lone_escape_waits)
{
    struct term_input in = { .buf = "\033", .n = 1 };
    uint16_t code;
    int mods, raw;

    ck_assert(!term_next_key(&in, false, &code, &mods, &raw));
    ck_assert(term_next_key(&in, true, &code, &mods, &raw));
    ck_assert_uint_eq(code, KEY_ESC);
    in = (struct term_input){ .buf = "\033[1;", .n = 4 };
    ck_assert(!term_next_key(&in, false, &code, &mods, &raw));
    ck_assert_uint_eq(in.n, 4);
}
END_TEST

/* Text between the marks has no keys, whatever it holds. */
START_TEST(pastes_are_text)
{
    static const char bytes[] = "a\033[200~b\x1d\033[A\033[201~c";
    char got[40] = "";
    struct term_input in = { .n = 0 };
    uint16_t code;
    int mods, raw;

    for (size_t i = 0; i < sizeof bytes - 1; i++) {     /* one by one */
        in.buf[in.n++] = bytes[i];
        while (term_next_key(&in, false, &code, &mods, &raw))
            if (raw >= 0)
                snprintf(got + strlen(got), 4, "%c%c", raw,
                         in.pasting ? '.' : ' ');
    }
    ck_assert_str_eq(got, "a b.\x1d.\033.[.A.c ");
    ck_assert(!in.pasting);
}
END_TEST

START_TEST(any_bytes_are_taken)
{
    unsigned v = 1;

    for (int round = 0; round < 2000; round++) {
        struct term_input in = { .n = 64 };
        uint16_t code;
        int mods, raw, steps = 0;

        for (int i = 0; i < 64; i++) {
            v = v * 1103515245 + 12345;
            in.buf[i] = (char)(v >> 16 & 3 ? "\033[O;1~\x9b"[v >> 20 & 7]
                                           : (char)(v >> 24));
        }
        while (term_next_key(&in, true, &code, &mods, &raw))
            ck_assert_int_lt(++steps, 65);
        ck_assert_uint_eq(in.n, 0);
    }
}
END_TEST

static struct pc_text *screen_with(const char *word, uint8_t attr)
{
    struct pc_text *t = calloc(1, sizeof *t);

    ck_assert_ptr_nonnull(t);
    t->columns = 80;
    t->rows = 25;
    t->cursor_x = 3;
    t->cursor_y = 24;
    for (int n = 0; n < 16; n++)
        t->palette[n] = 0x111111u * (uint32_t)n;
    for (int i = 0; word[i]; i++)
        t->cell[24][i] = (struct pc_cell){ (uint8_t)word[i], attr };
    return t;
}

START_TEST(only_changes_are_sent)
{
    struct term_screen s = { .colors = TERM_RGB, .utf8 = true };
    struct pc_text *t = screen_with("A\xda", 0x17);

    ck_assert(term_resize(&s, 80, 24));
    term_draw_text(&s, t, false);
    term_update(&s);
    s.out[s.out_n] = 0;
    ck_assert_ptr_nonnull(strstr(s.out, "\033[38;2;119;119;119mA"));
    ck_assert_ptr_nonnull(strstr(s.out, "\u250c"));
    ck_assert_int_eq(s.top, 1);         /* the cursor's row is in view */
    s.out_n = 0;
    term_update(&s);
    ck_assert_uint_eq(s.out_n, 0);
    t->cell[24][0].ch = 'B';
    term_draw_text(&s, t, false);
    term_update(&s);
    s.out[s.out_n] = 0;
    ck_assert_str_eq(s.out, "\033[?25l\033[24;1H\033[48;2;17;17;17mB"
                     "\033[24;4H\033[?25h");
    term_free(&s);
    free(t);
}
END_TEST

START_TEST(pictures_fill_half_cells)
{
    uint32_t px[64 * 48];
    struct pc_frame f = { .pixels = px, .width = 64, .height = 48,
                          .stride = 64, .aspect_w = 4, .aspect_h = 3 };
    struct term_screen s = { .colors = TERM_256, .utf8 = true };

    for (int i = 0; i < 64 * 48; i++)
        px[i] = i < 64 * 24 ? 0xff0000 : 0x0000ff;
    ck_assert(term_resize(&s, 40, 12));
    term_draw_picture(&s, &f);
    ck_assert_uint_eq(s.want[4].fg, 0xff0000);
    ck_assert_uint_eq(s.want[4].ch, 0x2580);
    ck_assert_uint_eq(s.want[11 * 40 + 20].bg, 0x0000ff);
    ck_assert_uint_eq(s.want[0].bg, 0);
    term_update(&s);
    ck_assert_uint_le(s.out_n, s.out_room);
    term_free(&s);
}
END_TEST

/* ---- pictures ---- */

START_TEST(a_picture_is_a_png)
{
    char path[] = "/tmp/isabox-test-XXXXXX";
    uint32_t px[6] = { 0xff0000, 0x00ff00, 0x0000ff, 1, 2, 3 };
    struct pc_frame pic = { .pixels = px, .width = 2, .height = 2,
                            .stride = 3 };
    char why[PC_WHY] = "";
    uint8_t file[200], raw[64];
    uLongf n = sizeof raw;
    int fd = mkstemp(path);
    FILE *f;

    close(fd);
    ck_assert(png_write(path, &pic, why));
    f = fopen(path, "rb");
    ck_assert_uint_gt(fread(file, 1, sizeof file, f), 60);
    fclose(f);
    unlink(path);
    ck_assert_mem_eq(file, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\2\0\0\0\2", 24);
    ck_assert_int_eq(uncompress(raw, &n, file + 68, file[63]), Z_OK);
    ck_assert_uint_eq(n, 14);
    ck_assert_mem_eq(raw, "\0\xff\0\0\0\xff\0\0\0\0\1\0\0\2", 14);
    ck_assert(!png_write("/nonexistent/x.png", &pic, why));
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent/x.png: No such file"));
}
END_TEST

#define LOOP(tc, name, table) \
    tcase_add_loop_test(tc, name, 0, COUNT(table))

int main(void)
{
    Suite *s = suite_create("ui");
    TCase *tc = tcase_create("ui");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_add_test(tc, near_counts_steps);
    tcase_add_test(tc, near_keeps_only_what_could_be_meant);
    LOOP(tc, chords_are_keys_in_order, chords);
    tcase_add_test(tc, every_ascii_character_has_its_key);
    tcase_add_test(tc, code_page_goes_there_and_back);
    tcase_add_test(tc, damaged_utf8_does_not_run_away);
    LOOP(tc, sizes_have_units, sizes);
    LOOP(tc, dates_are_seconds, dates);
    LOOP(tc, times_have_units, times);
    tcase_add_test(tc, doubled_commas_stay);
    tcase_add_test(tc, options_fill_the_configuration);
    tcase_add_test(tc, geometry_by_hand);
    tcase_add_test(tc, drives_go_where_they_are_told);
    tcase_add_test(tc, a_machine_file_holds_the_options);
    LOOP(tc, a_wrong_machine_file_names_the_line, bad_file);
    tcase_add_test(tc, qemus_machine_file);
    LOOP(tc, mistakes_are_named, wrong);
    tcase_add_test(tc, the_manual_is_complete);
    tcase_add_test(tc, scripts_are_read);
    tcase_add_loop_test(tc, lines_become_calls, 0,
                        sizeof good_lines / sizeof good_lines[0]);
    tcase_add_test(tc, the_table_of_commands_is_sound);
    LOOP(tc, bad_scripts_name_file_and_line, bad_scripts);
    tcase_add_test(tc, addresses_and_bytes);
    LOOP(tc, sequences_are_keys, sequences);
    tcase_add_test(tc, a_lone_escape_waits);
    tcase_add_test(tc, pastes_are_text);
    tcase_add_test(tc, any_bytes_are_taken);
    tcase_add_test(tc, only_changes_are_sent);
    tcase_add_test(tc, pictures_fill_half_cells);
    tcase_add_test(tc, a_picture_is_a_png);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
