/* driving.c - what the monitor and QMP both ask of a machine. */
#include <stdio.h>
#include <string.h>

#include "ui/monitor.h"
#include "ui/png.h"

/* ---- drives ---- */

static const struct { const char *qemu, *option, *letter; } drives[] = {
    { "floppy0", "fda", "a" }, { "floppy1", "fdb", "b" },
    { "ide0-hd0", "hda", "c" }, { "ide0-hd1", "hdb", "d" },
    { "ide1-hd0", "hdc", "e" }, { "ide1-hd1", "hdd", "f" },
};

const char *drive_name(enum pc_drive d)
{
    return drives[d].qemu;
}

enum pc_drive drive_by_name(const char *name)
{
    int d = 0;

    while (d < PC_DRIVES && strcmp(name, drives[d].qemu) &&
           strcmp(name, drives[d].option) && strcmp(name, drives[d].letter))
        d++;
    return (enum pc_drive)d;
}

bool drive_change(struct session *s, enum pc_drive d, const char *path,
                  int readonly, char *why)
{
    const struct pc_medium *was = &s->o->config.drive[d];
    struct pc_medium m = { path, readonly < 0 ? was->readonly : readonly,
                           was->snapshot };

    if (d > PC_FDB)
        return opt_bad(why, "%s: its medium is not removable", drive_name(d));
    if (!pc_insert(s->pc, d, &m, why))
        return false;
    session_settle(s);
    return true;
}

void drive_eject(struct session *s, enum pc_drive d)
{
    pc_eject(s->pc, d);
    session_settle(s);
}

/* ---- pictures ---- */

static bool ppm_write(const char *path, const struct pc_frame *f)
{
    FILE *file = fopen(path, "wb");
    bool ok = file && fprintf(file, "P6\n%u %u\n255\n", f->width,
                              f->height) > 0;

    for (uint32_t y = 0; ok && y < f->height; y++)
        for (uint32_t x = 0; ok && x < f->width; x++) {
            uint32_t v = f->pixels[(size_t)y * f->stride + x];
            unsigned char rgb[3] = { (unsigned char)(v >> 16),
                                     (unsigned char)(v >> 8),
                                     (unsigned char)v };

            ok = fwrite(rgb, 1, 3, file) == 3;
        }
    if (file)
        ok &= fclose(file) == 0;
    return ok;
}

bool screen_dump(struct session *s, const char *path, const char *format,
                 char *why)
{
    struct pc_frame f = pc_screen(s->pc);
    size_t n = strlen(path);
    bool png = format ? !strcmp(format, "png")
                      : n > 4 && !strcmp(path + n - 4, ".png");

    if (format && !png && strcmp(format, "ppm"))
        return opt_bad(why, "format '%.40s': ppm or png", format);
    if (!f.pixels || !f.width || !f.height)
        return opt_bad(why, "%.150s: there is no picture", path);
    if (png ? !png_write(path, f.pixels, f.width, f.height, f.stride)
            : !ppm_write(path, &f))
        return opt_bad(why, "%.150s: cannot be written", path);
    return true;
}

/* ---- memory ---- */

bool memory_save(struct session *s, const char *path, uint32_t addr,
                 uint64_t size, bool virt, char *why)
{
    uint8_t part[4096];
    FILE *f;
    bool ok = true;

    if (addr + size > UINT64_C(1) << 32)
        return opt_bad(why, "size: past the end of the address space");
    if (!(f = fopen(path, "wb")))
        return opt_bad(why, "%.150s: cannot be written", path);
    while (ok && size) {
        size_t n = size < sizeof part ? (size_t)size : sizeof part;

        if (virt && pc_peek_virtual(s->pc, addr, part, n) < n) {
            fclose(f);
            return opt_bad(why, "addr: 0x%x is not mapped", addr);
        }
        if (!virt)
            pc_memory(s->pc, addr, part, n);
        ok = fwrite(part, 1, n, f) == n;
        addr += (uint32_t)n;
        size -= n;
    }
    ok &= fclose(f) == 0;
    return ok || opt_bad(why, "%.150s: cannot be written", path);
}
