/* probe.c - tells the formats of image files by their signatures. */
#include "machine/block/probe.h"

#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/unsigned.h"
#include "machine/block/format.h"
#include "machine/core/bytes.h"

/* Fewer bytes than this can stand in a boot sector by accident. */
enum { STRONG = 4, BOOT_MARK = 510, ISO_VOLUME = 0x8001 };

/* ---- what a few bytes alone don't prove ---- */

/* Volume 0, a version from 1.0 to 2.1, a drive type that exists; type 0 is a
 * disk of 96 tracks an inch in a drive of 48. */
static bool is_teledisk(const struct probe *p)
{
    return p->head_size > 12 && p->head[2] == 0 && p->head[4] >= 10 &&
           p->head[4] <= 21 && p->head[6] <= 6;
}

/* The sector size, a media byte of FAT, one or two FATs. */
static bool is_savedskf(const struct probe *p)
{
    return p->head_size > 40 && p->head[1] >= 0x58 && p->head[1] <= 0x5a &&
           get_le16(p->head + 4) == 512 && get_le16(p->head + 2) >= 0xf0 &&
           get_le16(p->head + 2) <= 0xff;
}

static bool is_savedskf_packed(const struct probe *p)
{
    return is_savedskf(p) && p->head[1] == 0x5a;
}

/* Anex86's headers have no signature, but their numbers must agree. */
static bool is_anex86(const struct probe *p)
{
    const u8 *h = p->head;

    return p->head_size >= 4096 && get_le32(h) == 0 &&
           get_le32(h + 8) == 4096 && get_le32(h + 16) && get_le32(h + 20) &&
           get_le32(h + 24) && get_le32(h + 28) &&
           get_le32(h + 12) == (u64)get_le32(h + 16) * get_le32(h + 20) *
                                   get_le32(h + 24) * get_le32(h + 28);
}

static bool is_fdi(const struct probe *p)
{
    return is_anex86(p) && get_le32(p->head + 24) <= 2 &&
           get_le32(p->head + 28) <= 84;
}

static bool is_hdi(const struct probe *p)
{
    return is_anex86(p) && get_le32(p->head + 16) == 512;
}

/* "-lh5-" and its kin, behind two bytes of sizes. */
static bool is_lha(const struct probe *p)
{
    return p->head_size > 22 && p->head[6] == '-';
}

static bool has_text(const struct probe *p, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i + n <= p->head_size && p->head[i]; i++)
        if (memcmp(p->head + i, text, n) == 0)
            return true;
    return false;
}

/* A sheet is text that begins with one of these words and has tracks. */
static bool is_cue(const struct probe *p)
{
    static const char *const words[] = { "FILE ", "REM ", "CATALOG ", "TITLE ",
                                         "PERFORMER ", "CDTEXTFILE " };
    size_t at = p->head_size >= 3 && !memcmp(p->head, "\xef\xbb\xbf", 3) ? 3
                                                                        : 0;

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        size_t n = strlen(words[i]);

        if (at + n <= p->head_size && !memcmp(p->head + at, words[i], n))
            return has_text(p, "TRACK ");
    }
    return false;
}

/* ---- the table ---- */

#define CONVERT "'qemu-img convert -O raw' makes it raw"
#define UNPACK  "unpack it first"
#define FLUX    "convert it to a raw image of its sectors"
#define CDROM   "of CD images only ISO, BIN, CUE, CCD and MDS are read"
#define OTHER   "it is not an image of a disk"

#define AT(place, text) place, sizeof text - 1, text, NULL

/* The first row that fits wins. */
static const struct image_format formats[] = {
    { "qcow", "old QEMU disk image", CONVERT, AT(0, "QFI\xfb\0\0\0\1") },
    { "qcow2", "QEMU disk image", CONVERT, AT(0, "QFI\xfb") },
    { "qed", "QEMU disk image", CONVERT, AT(0, "QED\0") },
    { "vhdx", "Hyper-V disk image", CONVERT, AT(0, "vhdxfile") },
    { "vpc", "dynamic VHD disk image", CONVERT, AT(0, "conectix") },
    { "vpc", "fixed VHD disk image", CONVERT, AT(-512, "conectix") },
    { "vpc", "fixed VHD disk image", CONVERT, AT(-511, "conectix") },
    { "vmdk", "VMware disk image", CONVERT, AT(0, "KDMV") },
    { "vmdk", "VMware disk image", CONVERT, AT(0, "COWD") },
    { "vmdk", "VMware disk descriptor", CONVERT,
      AT(0, "# Disk DescriptorFile") },
    { "vdi", "VirtualBox disk image", CONVERT, AT(64, "\x7f\x10\xda\xbe") },
    { "parallels", "Parallels disk image", CONVERT,
      AT(0, "WithoutFreeSpace") },
    { "parallels", "Parallels disk image", CONVERT,
      AT(0, "WithouFreSpacExt") },
    { "bochs", "Bochs disk image", "bximage -func=convert makes it flat",
      AT(0, "Bochs Virtual HD Image") },
    { "hdx", "86Box disk image", "make it raw there",
      AT(0, "YTDD \xa8x\xd7") },
    { "fdi", "Anex86 floppy image", "make it raw", 0, 0, "", is_fdi },
    { "hdi", "Anex86 disk image", "make it raw", 0, 0, "", is_hdi },
    { "nhd", "T98-Next disk image", "make it raw", AT(0, "T98HDDIMAGE.R0") },
    { "dmg", "Apple disk image", CONVERT, AT(-512, "koly") },

    { "imd", "ImageDisk floppy image", FLUX, AT(0, "IMD ") },
    { "td0", "Teledisk floppy image", FLUX, 0, 2, "TD", is_teledisk },
    { "td0", "packed Teledisk floppy image", FLUX, 0, 2, "td", is_teledisk },
    { "dsk", "packed SaveDskF floppy image", "LoadDskF unpacks it", 0, 1,
      "\xaa", is_savedskf_packed },
    { "savedskf", "SaveDskF floppy image", "LoadDskF unpacks it", 0, 1,
      "\xaa", is_savedskf },
    { "dim", "DIM floppy image", FLUX, AT(0xab, "DIFC HEADER") },
    { "cqm", "CopyQM floppy image", FLUX, AT(0, "CQ\x14") },
    { "86f", "86Box floppy image", FLUX, AT(0, "86BF") },
    { "hfe", "HxC floppy image", FLUX, AT(0, "HXCPICFE") },
    { "hfe", "HxC floppy image", FLUX, AT(0, "HXCHFEV3") },
    { "mfm", "HxC floppy image", FLUX, AT(0, "HXCMFM") },
    { "scp", "SuperCard Pro flux image", FLUX, AT(0, "SCP") },
    { "ipf", "IPF floppy image", FLUX, AT(0, "CAPS\0\0\0\x0c") },
    { "psi", "PCE floppy image", FLUX, AT(0, "PSI \0") },
    { "pri", "PCE floppy image", FLUX, AT(0, "PRI \0") },
    { "pfi", "PCE floppy image", FLUX, AT(0, "PFI \0") },
    { "ukv-fdi", "FDI floppy image", FLUX,
      AT(0, "Formatted Disk Image file") },
    { "nfd", "T98-Next floppy image", FLUX, AT(0, "T98FDDIMAGE.R") },
    { "dsk", "CPC floppy image", FLUX, AT(0, "MV - CPC") },
    { "dsk", "CPC floppy image", FLUX, AT(0, "EXTENDED CPC DSK") },
    { "qrst", "QRST floppy image", FLUX, AT(0, "QRST") },
    { "apridisk", "ApriDisk floppy image", FLUX,
      AT(0, "ACT Apricot disk image\x1a\4") },
    { "dip", "DIP floppy image", FLUX, AT(0, "\1\x08\0\x13\x41\0\1\0") },
    { "d88", "D88 floppy image", FLUX, 0, 0, "", is_d88 },
    { "dcp", "DCP floppy image", FLUX, 0, 0, "", is_dcp },
    { "dcf", "CisCopy floppy image", FLUX, 0, 0, "", is_ciscopy },
    { "dc42", "DiskCopy floppy image", FLUX, 0, 0, "", is_dc42 },
    { "ana", "AnaDisk floppy image", FLUX, 0, 0, "", is_anadisk },
    { "dmk", "DMK floppy image", FLUX, 0, 0, "", is_dmk },
    { "kryoflux", "KryoFlux stream of one track", FLUX, 0, 0, "",
      is_kryoflux },
    { "a2r", "Applesauce flux image", FLUX, AT(0, "A2R2\xff\n\r\n") },
    { "a2r", "Applesauce flux image", FLUX, AT(0, "A2R3\xff\n\r\n") },
    { "woz", "Apple floppy image", FLUX, AT(0, "WOZ1\xff\n\r\n") },
    { "woz", "Apple floppy image", FLUX, AT(0, "WOZ2\xff\n\r\n") },
    { "moof", "Apple floppy image", FLUX, AT(0, "MOOF\xff\n\r\n") },
    { "2mg", "Apple II disk image", FLUX, AT(0, "2IMG") },
    { "dfi", "DiscFerret flux image", FLUX, AT(0, "DFER") },
    { "dfi", "DiscFerret flux image", FLUX, AT(0, "DFE2") },
    { "mfi", "MAME floppy image", FLUX, AT(0, "MAMEFLOPPYIMAGE\0") },
    { "mfi", "MAME floppy image", FLUX, AT(0, "MESSFLOPPYIMAGE\0") },
    { "cp2", "Copy II PC floppy image", FLUX, AT(0, "SOFTWARE PIRATES") },
    { "tc", "Transcopy floppy image", FLUX, 0, 2, "\x5a\xa5",
      is_transcopy },
    { "ddi", "DiskDupe floppy image", FLUX, AT(0, "IM\0\0\0\0\0\0\0\0") },
    { "ddi", "DiskDupe floppy image", FLUX, AT(0, "MSD Image Version") },
    { "udi", "Spectrum floppy image", FLUX, AT(0, "UDI!") },
    { "stx", "Pasti floppy image", FLUX, AT(0, "RSY\0\3\0") },
    { "dms", "packed Amiga floppy image", UNPACK, AT(0, "DMS!") },

    { "pqi", "Drive Image backup", OTHER, AT(0, "PQIMG") },
    { "wim", "Windows image", OTHER, AT(0, "MSWIM\0\0\0") },
    { "ewf", "EnCase image", "'ewfexport' makes it raw", AT(0, "EVF\x09\x0d\x0a\xff\0") },
    { "isz", "packed CD image", CDROM, AT(0, "IsZ!") },
    { "daa", "packed CD image", CDROM, AT(0, "DAA\0\0\0\0\0") },
    { "elf", "program (ELF)", OTHER, AT(0, "\x7f" "ELF") },
    { "pdf", "document (PDF)", OTHER, AT(0, "%PDF-") },
    { "png", "picture (PNG)", OTHER, AT(0, "\x89PNG\r\n\x1a\n") },
    { "ole", "document", OTHER, AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },

    { "iso", "ISO 9660 CD image", CDROM, AT(ISO_VOLUME, "CD001") },
    { "iso", "High Sierra CD image", CDROM, AT(0x8009, "CDROM") },
    { "iso", "UDF image", CDROM, AT(ISO_VOLUME, "BEA01") },
    { "bin", "CD image of raw sectors", CDROM,
      AT(0, "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0") },
    { "mds", "Alcohol CD description", CDROM, AT(0, "MEDIA DESCRIPTOR") },
    { "ccd", "CloneCD description", CDROM, AT(0, "[CloneCD]") },
    { "toc", "cdrdao CD description", CDROM, AT(0, "CD_ROM") },
    { "cue", "CD cue sheet", CDROM, 0, 0, "", is_cue },
    { "nrg", "Nero CD image", CDROM, AT(-12, "NER5") },
    { "nrg", "Nero CD image", CDROM, AT(-8, "NERO") },
    { "chd", "MAME disk image", CDROM, AT(0, "MComprHD") },
    { "cso", "packed CD image", CDROM, AT(0, "CISO") },

    { "gzip", "gzip file", UNPACK, AT(0, "\x1f\x8b\x08") },
    { "compress", "compress file", UNPACK, AT(0, "\x1f\x9d") },
    { "bzip2", "bzip2 file", UNPACK, AT(4, "1AY&SY") },
    { "xz", "xz file", UNPACK, AT(0, "\xfd" "7zXZ\0") },
    { "lzip", "lzip file", UNPACK, AT(0, "LZIP\1") },
    { "lz4", "lz4 file", UNPACK, AT(0, "\x04\x22\x4d\x18") },
    { "zstd", "zstd file", UNPACK, AT(0, "\x28\xb5\x2f\xfd") },
    { "zip", "zip archive", UNPACK, AT(0, "PK\3\4") },
    { "zip", "zip archive", UNPACK, AT(0, "PK\5\6") },
    { "7z", "7z archive", UNPACK, AT(0, "7z\xbc\xaf\x27\x1c") },
    { "rar", "rar archive", UNPACK, AT(0, "Rar!\x1a\7") },
    { "arj", "arj archive", UNPACK, AT(0, "\x60\xea") },
    { "zoo", "zoo archive", UNPACK, AT(20, "\xdc\xa7\xc4\xfd") },
    { "lha", "lha archive", UNPACK, 2, 3, "-lh", is_lha },
    { "cab", "cabinet archive", UNPACK, AT(0, "MSCF\0\0\0\0") },
    { "szdd", "packed file (COMPRESS.EXE)", UNPACK,
      AT(0, "SZDD\x88\xf0\x27\x33") },
    { "kwaj", "packed file (COMPRESS.EXE)", UNPACK,
      AT(0, "KWAJ\x88\xf0\x27\xd1") },
    { "exe", "program (EXE)", "a self-extracting one has to be run",
      AT(0, "MZ") },
    { "state", "saved state of isabox", "load it with -loadvm",
      AT(0, "ISABOX\x1a\n") },
};

static bool has_signature(const struct probe *p, const struct image_format *f)
{
    size_t back = f->at < 0 ? (size_t)-(s64)f->at : 0;
    size_t at = f->at < 0 ? p->tail_size - back : (size_t)f->at;
    const u8 *bytes = f->at < 0 ? p->tail : p->head;
    size_t n = f->at < 0 ? p->tail_size : p->head_size;

    return back <= p->tail_size && at <= n && f->size <= n - at &&
           memcmp(bytes + at, f->signature, f->size) == 0;
}

bool probe_boots(const struct probe *p)
{
    return p->head_size >= 512 && p->head[BOOT_MARK] == 0x55 &&
           p->head[BOOT_MARK + 1] == 0xaa;
}

/* Code of a boot sector may begin with any two or three bytes. */
const struct image_format *probe_format(const struct probe *p)
{
    bool boots = probe_boots(p);

    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        const struct image_format *f = &formats[i];

        if (has_signature(p, f) && (!f->check || f->check(p)) &&
            !(boots && f->size < STRONG))
            return f;
    }
    return NULL;
}

bool probe_head_follows(const void *head, size_t n)
{
    struct probe *p = calloc(1, sizeof *p);
    const struct image_format *f;
    const struct block_format *row;

    if (!p)
        return true;                    /* better once too often */
    p->head_size = n < PROBE_HEAD ? n : PROBE_HEAD;
    p->size = n;
    memcpy(p->head, head, p->head_size);
    f = probe_format(p);
    row = f ? format_find(f->name) : NULL;
    free(p);
    return row && row->follows;
}

enum err probe_refuse(const struct probe *p, const char *path,
                      struct why *why)
{
    const struct image_format *f = probe_format(p);

    if (!f)
        return ERR_OK;
    return err_say(why, ERR_FORMAT, "%.90s: not a raw image but %s (%s): %s; "
                   "format=raw takes it as it is", path, f->name, f->words,
                   f->advice);
}
