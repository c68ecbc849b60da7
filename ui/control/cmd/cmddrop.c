/* cmddrop.c - a file or a folder of the host goes into the drive that fits it,
 * as when it is dropped on the window. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ui/control/commands.h"
#include "ui/control/monitor.h"

static bool drop_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool drop_takes_discs(const struct session *s, enum pc_drive d)
{
    struct pc_block_info info;

    return pc_block_info(s->pc, d, &info) && info.cdrom;
}

/* The first drive for discs; PC_DRIVES: there is none. */
static enum pc_drive drop_disc_drive(const struct session *s)
{
    int d = PC_HDA;

    while (d < PC_DRIVES && !drop_takes_discs(s, (enum pc_drive)d))
        d++;
    return (enum pc_drive)d;
}

static bool drop_into(struct call *c, enum pc_drive d, const char *path,
                      const char *words)
{
    char why[PC_WHY];

    if (!drive_change(c->s, d, path, NULL, -1, why)) {
        call_fail(c, NULL, "%s", why);
        return false;
    }
    call_print(c, "%s is in drive %s\n", words,
               d == PC_FDA ? "A:" : d == PC_FDB ? "B:" : drive_name(d));
    return true;
}

/* A folder is a disc in a drive for these, and else a floppy, as hard disks
 * can't be changed while a system runs. */
static void drop_folder(struct call *c, enum pc_drive d, const char *path)
{
    char as[PC_WHY];

    snprintf(as, sizeof as, "%s:%s",
             drop_takes_discs(c->s, d) ? "iso" : "fat:rw", path);
    drop_into(c, d, as, path);
}

void cmd_drop(struct call *c)
{
    const char *path = call_text(c, "filename");
    enum pc_drive d = (enum pc_drive)call_number(c, "device", PC_FDA);
    struct pc_image_info info;
    char why[PC_WHY];

    if (drop_is_folder(path)) {
        drop_folder(c, d, path);
        return;
    }
    if (!pc_image_info(path, &info, why)) {
        call_fail(c, NULL, "%s", why);
        return;
    }
    if (info.cdrom && (d = drop_disc_drive(c->s)) == PC_DRIVES)
        call_fail(c, NULL, "%s is a disc, and there is no CD-ROM drive; "
                  "-cdrom makes one", path);
    else if (!info.cdrom && !info.floppy)
        call_fail(c, NULL, "%s is a hard disk, which is there from the start: "
                  "isabox -hda takes it", path);
    else
        drop_into(c, d, path, path);
}
