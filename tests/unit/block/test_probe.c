/* test_probe.c - image formats told by their signatures. */
#include <check.h>
#include <string.h>

#include "machine/block/probe.h"

static struct probe p;

static void fresh(void)
{
    memset(&p, 0, sizeof p);
    p.head_size = PROBE_HEAD;
    p.tail_size = PROBE_TAIL;
}

#define B(text) text, sizeof text - 1

/* at counts from the end when it is negative. */
static const struct row {
    const char *name;                   /* NULL: raw */
    int at;
    const char *bytes;
    size_t n;
} rows[] = {
    { "qcow2", 0, B("QFI\xfb\0\0\0\3") },
    { "qcow", 0, B("QFI\xfb\0\0\0\1") },
    { "qed", 0, B("QED\0") },
    { "vhdx", 0, B("vhdxfile") },
    { "vpc", 0, B("conectix") },
    { "vpc", -512, B("conectix") },
    { "vpc", -511, B("conectix") },
    { NULL, -500, B("conectix") },
    { "vmdk", 0, B("KDMV\1\0\0\0") },
    { "vmdk", 0, B("COWD\1\0\0\0") },
    { "vmdk", 0, B("# Disk DescriptorFile\nversion=1\n") },
    { "vdi", 64, B("\x7f\x10\xda\xbe\1\0\1\0") },
    { "parallels", 0, B("WithoutFreeSpace\2\0\0\0") },
    { "bochs", 0, B("Bochs Virtual HD Image\0") },
    { "dmg", -512, B("koly\0\0\0\4") },
    { "nhd", 0, B("T98HDDIMAGE.R0\0") },
    { "imd", 0, B("IMD 1.18: 01/02/2026 12:00:00\r\n\x1a") },
    { "td0", 0, B("TD\0\x12\x15\0\2\0\0\2\x12\x34\0\0") },
    { "td0", 0, B("td\0\x12\x15\0\4\0\0\2\x12\x34\0\0") },
    { NULL, 0, B("TD\1\x12\x15\0\2\0") },
    { NULL, 0, B("TDisk is what a label could begin with") },
    { "dsk", 0, B("\xaa\x5a\xf0\0\0\2\0\0\1\0\2\xe0\0") },
    { "savedskf", 0, B("\xaa\x58\xf9\0\0\2\0\0\1\0\2\xe0\0") },
    { NULL, 0, B("\xaa\x5a\x10\0\0\2\0\0") },
    { "cqm", 0, B("CQ\x14\0\2") },
    { "86f", 0, B("86BF\x0c\2") },
    { "hfe", 0, B("HXCPICFE\0") },
    { "hfe", 0, B("HXCHFEV3\0") },
    { "scp", 0, B("SCP\x22\x04") },
    { "ipf", 0, B("CAPS\0\0\0\x0c") },
    { "psi", 0, B("PSI \0\0\0\4") },
    { "ukv-fdi", 0, B("Formatted Disk Image file\r\n") },
    { "dsk", 0, B("EXTENDED CPC DSK File\r\n") },
    { "qrst", 0, B("QRST\0\0\x80\x3f") },
    { "apridisk", 0, B("ACT Apricot disk image\x1a\4") },
    { "dip", 0, B("\1\x08\0\x13\x41\0\1\0") },
    { "kryoflux", 0, B("\x0d\4\x1c\0host_date=2026.01.01") },
    { NULL, 0, B("\x0d\4\x1c\0hosts and dates") },
    { "a2r", 0, B("A2R3\xff\n\r\n") },
    { "woz", 0, B("WOZ2\xff\n\r\n") },
    { "2mg", 0, B("2IMG") },
    { "dfi", 0, B("DFE2\0\0\0\0") },
    { "mfi", 0, B("MAMEFLOPPYIMAGE\0") },
    { "cp2", 0, B("SOFTWARE PIRATESRelease 3") },
    { "ddi", 0, B("IM\0\0\0\0\0\0\0\0\4") },
    { "ddi", 0, B("MSD Image Version 1") },
    { "elf", 0, B("\x7f" "ELF\2\1") },
    { "pdf", 0, B("%PDF-1.4") },
    { "iso", 0x8000, B("\1CD001\1\0") },
    { "iso", 0x8000, B("\0BEA01\1\0") },
    { "bin", 0, B("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\2\0\1") },
    { "mds", 0, B("MEDIA DESCRIPTOR\1\5") },
    { "ccd", 0, B("[CloneCD]\r\nVersion=3\r\n") },
    { "cue", 0, B("FILE \"a.bin\" BINARY\n  TRACK 01 MODE1/2352\n") },
    { "cue", 0, B("\xef\xbb\xbfREM x\nFILE a WAVE\n  TRACK 01 AUDIO\n") },
    { NULL, 0, B("FILE \"a.bin\" BINARY\n") },
    { "nrg", -12, B("NER5\0\0\0\0\0\0\1\0") },
    { "nrg", -8, B("NERO\0\0\1\0") },
    { "chd", 0, B("MComprHD\0\0\0\x7c") },
    { "gzip", 0, B("\x1f\x8b\x08\0") },
    { "compress", 0, B("\x1f\x9d\x90") },
    { "bzip2", 0, B("BZh91AY&SY") },
    { "xz", 0, B("\xfd" "7zXZ\0\0\4") },
    { "zstd", 0, B("\x28\xb5\x2f\xfd\4") },
    { "zip", 0, B("PK\3\4\x14\0") },
    { "7z", 0, B("7z\xbc\xaf\x27\x1c\0\4") },
    { "rar", 0, B("Rar!\x1a\7\0") },
    { "arj", 0, B("\x60\xea\x29\0") },
    { "lha", 0, B("\x22\x3f-lh5-\x10") },
    { "zoo", 0, B("ZOO 2.10 Archive.\x1a\0\0\xdc\xa7\xc4\xfd") },
    { "exe", 0, B("MZ\x90\0\3\0\0\0") },
    { "state", 0, B("ISABOX\x1a\n\1\0\0\0") },
    { NULL, 0, B("") },
    { NULL, 0, B("\xeb\x3c\x90MSDOS5.0") },
    { NULL, 0, B("\xfa\x33\xc0\x8e\xd0\xbc\0\x7c") },
    { NULL, 257, B("ustar  ") },        /* tar wrote raw floppies */
};

static const char *name_now(void)
{
    const struct image_format *f = probe_format(&p);

    return f ? f->name : NULL;
}

static void put(const struct row *r)
{
    u8 *to = r->at < 0 ? p.tail + PROBE_TAIL + r->at : p.head + r->at;
    size_t n = r->at < 0 && r->n > (size_t)-r->at ? (size_t)-r->at : r->n;

    memcpy(to, r->bytes, n);
}

START_TEST(signatures)
{
    fresh();
    put(&rows[_i]);
    ck_assert_pstr_eq(name_now(), rows[_i].name);
}
END_TEST

/* What is cut off inside its signature is raw, and nothing reads past it. */
START_TEST(short_files)
{
    const struct row *r = &rows[_i];

    if (r->at < 0)
        return;
    for (size_t n = 0; n <= (size_t)r->at + 3; n++) {
        fresh();
        put(r);
        p.head_size = n;
        memset(p.head + n, 0, sizeof p.head - n);
        p.tail_size = n < PROBE_TAIL ? n : PROBE_TAIL;
        probe_format(&p);
        if (n <= (size_t)r->at)
            ck_assert_pstr_eq(name_now(), NULL);
    }
}
END_TEST

/* Two or three bytes are no proof against a boot sector, four are. */
START_TEST(boot_sectors)
{
    const struct row *r = &rows[_i];
    const struct image_format *f;

    fresh();
    put(r);
    f = probe_format(&p);
    p.head[510] = 0x55;
    p.head[511] = 0xaa;
    if (f && f->size < 4)
        ck_assert_ptr_null(probe_format(&p));
    else
        ck_assert_ptr_eq(probe_format(&p), f);
}
END_TEST

/* Anex86: 20 MB of 153 cylinders, 8 heads, 33 sectors. */
START_TEST(header_that_adds_up)
{
    static const u32 v[] = { 0, 0, 4096, 512 * 153 * 8 * 33, 512, 33, 8, 153 };

    fresh();
    for (int i = 0; i < 32; i++)
        p.head[i] = (u8)(v[i / 4] >> 8 * (i % 4));
    ck_assert_pstr_eq(name_now(), "hdi");
    p.head[28]++;
    ck_assert_pstr_eq(name_now(), NULL);
}
END_TEST

/* Formats without a signature: TRS-80's tracks and Transcopy's cells. */
START_TEST(numbers_that_agree)
{
    fresh();
    memcpy(p.head, "\0\x28\x80\x19", 4);
    p.size = 16 + 40 * 2 * 0x1980;
    ck_assert_pstr_eq(name_now(), "dmk");
    p.size++;
    ck_assert_pstr_eq(name_now(), NULL);
    fresh();
    memcpy(p.head, "\x5a\xa5", 2);
    memcpy(p.head + 256, "\7\0\x27\2\1", 5);
    ck_assert_pstr_eq(name_now(), "tc");
    p.head[259] = 3;
    ck_assert_pstr_eq(name_now(), NULL);
}
END_TEST

START_TEST(words)
{
    struct why why = { "" };

    fresh();
    ck_assert_int_eq(probe_refuse(&p, "a.img", &why), ERR_OK);
    memcpy(p.head, "QFI\xfb\0\0\0\3", 8);
    ck_assert_int_eq(probe_refuse(&p, "a.img", &why), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(why.text, "a.img: "));
    ck_assert_ptr_nonnull(strstr(why.text, "qcow2 (QEMU disk image)"));
    ck_assert_ptr_nonnull(strstr(why.text, "format=raw"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("probe");
    TCase *t = tcase_create("probe");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, signatures, 0, COUNT_OF(rows));
    tcase_add_loop_test(t, short_files, 0, COUNT_OF(rows));
    tcase_add_loop_test(t, boot_sectors, 0, COUNT_OF(rows));
    tcase_add_test(t, header_that_adds_up);
    tcase_add_test(t, numbers_that_agree);
    tcase_add_test(t, words);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
