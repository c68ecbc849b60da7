/* driving.c - what commands ask of a machine: drives, pictures, memory. */
#include <stdio.h>
#include <string.h>

#include "ui/control/monitor.h"
#include "ui/display/png.h"

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

static bool is_removable(struct session *s, enum pc_drive d)
{
    struct pc_block_info info;

    return d <= PC_FDB || (pc_block_info(s->pc, d, &info) && info.cdrom);
}

bool drive_change(struct session *s, enum pc_drive d, const char *path,
                  const char *format, int readonly, char *why)
{
    const struct pc_medium *was = &s->o->config.drive[d];
    struct pc_medium m = { .path = path, .format = format,
                           .readonly = readonly < 0 ? was->readonly : readonly,
                           .snapshot = was->snapshot,
                           .spill = was->spill,
                           .snapshot_max = was->snapshot_max,
                           .on_read_error = was->on_read_error,
                           .on_write_error = was->on_write_error };

    if (!is_removable(s, d))
        return opt_bad(why, "%s: its medium is not removable", drive_name(d));
    if (!pc_insert(s->pc, d, &m, why))
        return false;
    session_settle(s);
    return true;
}

bool drive_eject(struct session *s, enum pc_drive d, bool force, char *why)
{
    struct pc_block_info info;

    if (!is_removable(s, d))
        return opt_bad(why, "%s: its medium is not removable", drive_name(d));
    if (pc_block_info(s->pc, d, &info) && info.locked && !force)
        return opt_bad(why, "%s: the guest has locked it; -f takes the disc "
                       "out all the same", drive_name(d));
    pc_eject(s->pc, d);
    session_settle(s);
    return true;
}

bool drive_refresh(struct session *s, enum pc_drive d, bool force,
                   bool *later, char *why)
{
    bool writable, folder = pc_folder(s->o->config.drive[d].path, &writable);

    *later = d > PC_FDB && !force && folder && writable;
    if (!*later)
        return pc_refresh(s->pc, d, why);
    s->refresh |= 1u << d;
    return true;
}

void drives_rebooted(struct session *s)
{
    char why[PC_WHY];

    for (int d = 0; d < PC_DRIVES; d++)
        if (s->refresh >> d & 1 && !pc_refresh(s->pc, (enum pc_drive)d, why))
            front_say(s, "%s", why);
    s->refresh = 0;
}

/* ---- pictures ---- */

static bool ppm_write(const char *path, const struct pc_frame *f, char *why)
{
    struct pc_file *file = pc_file_open(path, why);
    char head[40];

    if (!file)
        return false;
    snprintf(head, sizeof head, "P6\n%u %u\n255\n", f->width, f->height);
    pc_file_put(file, head, strlen(head));
    for (uint32_t y = 0; y < f->height; y++)
        for (uint32_t x = 0; x < f->width; x++) {
            uint32_t v = f->pixels[(size_t)y * f->stride + x];
            unsigned char rgb[3] = { (unsigned char)(v >> 16),
                                     (unsigned char)(v >> 8),
                                     (unsigned char)v };

            pc_file_put(file, rgb, 3);
        }
    return pc_file_close(file, true, why);
}

bool screen_dump(struct session *s, const char *path, bool png, bool whole,
                 char *why)
{
    struct pc_frame f;

    if (whole)
        session_end_frame(s);
    f = pc_screen(s->pc);
    if (!f.pixels || !f.width || !f.height)
        return opt_bad(why, "%.150s: there is no picture", path);
    return png ? png_write(path, &f, why) : ppm_write(path, &f, why);
}

/* ---- memory ---- */

bool memory_save(struct session *s, const char *path, uint32_t addr,
                 uint64_t size, bool virt, char *why)
{
    uint8_t part[4096];
    struct pc_file *f;

    if (addr + size > UINT64_C(1) << 32)
        return opt_bad(why, "size: past the end of the address space");
    if (!(f = pc_file_open(path, why)))
        return false;
    while (size) {
        size_t n = size < sizeof part ? (size_t)size : sizeof part;

        if (virt && pc_peek_virtual(s->pc, addr, part, n) < n) {
            pc_file_close(f, false, why);
            return opt_bad(why, "addr: 0x%x is not mapped", addr);
        }
        if (!virt)
            pc_memory(s->pc, addr, part, n);
        pc_file_put(f, part, n);
        addr += (uint32_t)n;
        size -= n;
    }
    return pc_file_close(f, true, why);
}
