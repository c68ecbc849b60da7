/* test_ui_options.c - values, the command line, machine files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/app/options.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

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

START_TEST(a_display_by_device_is_the_only_one)
{
    static const struct { const char *line; bool none; } lines[] = {
        { "-device VGA,vgamem_mb=32", true }, { "-device cirrus-vga", true },
        { "-device vga,border=on", false }, { "-device sb16", false },
        { "-vga std -device VGA", false }, { "-vga none", true },
    };
    struct options o;
    char why[PC_WHY] = "";

    for (int n = 0; n < COUNT(lines); n++) {
        ck_assert_int_eq(parse(&o, lines[n].line, why), OPT_RUN);
        ck_assert_msg(o.config.no_display == lines[n].none, "%s",
                      lines[n].line);
        options_free(&o);
    }
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

#define LOOP(tc, name, table) \
    tcase_add_loop_test(tc, name, 0, COUNT(table))

int main(void)
{
    Suite *s = suite_create("options");
    TCase *tc = tcase_create("options");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_add_test(tc, a_display_by_device_is_the_only_one);
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
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
