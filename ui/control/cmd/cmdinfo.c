/* cmdinfo.c - commands that tell about the program and the machine.
 *
 * Reference: QEMU 7.2, "QEMU QMP Reference Manual" and "QEMU Monitor". Shapes
 * of answers are QEMU's; members that have no meaning here are left out where
 * the manual calls them optional. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "machine/words/near.h"
#include "ui/control/commands.h"
#include "ui/control/monitor.h"

/* ---- help ---- */

static void print_command(struct call *c, const struct command *row)
{
    call_print(c, "%s", row->name);
    command_usage(row, &c->text);
    call_print(c, " -- %s\n", row->help);
}

static void print_topics(struct call *c)
{
    for (const struct command *r = NULL; (r = command_next(r));)
        if (!strncmp(r->name, "info ", 5))
            print_command(c, r);
    for (int i = 0; pc_info_name(i); i++)
        call_print(c, "info %s -- %s\n", pc_info_name(i), pc_info_doc(i));
    call_print(c, "info CHIP -- the chip's state:");
    for (int i = 0; pc_chip_name(c->s->pc, i); i++)
        call_print(c, " %s", pc_chip_name(c->s->pc, i));
    call_print(c, "\n");
}

void cmd_help(struct call *c)
{
    const char *name = call_text(c, "command");
    const struct command *row = NULL;
    size_t n;

    if (!name) {
        while ((row = command_next(row)))
            if (!row->only || row->only == c->way)
                print_command(c, row);
    } else if (!(row = command_find(name, &n)))
        call_fail(c, "command", "there is no '%.40s'", name);
    else {
        print_command(c, row);
        if (row->run == cmd_info)
            print_topics(c);
    }
}

/* ---- about itself ---- */

void cmd_version(struct call *c)
{
    call_print(c, "isabox %s\n", ISABOX_VERSION);
    reply_open(c, "qemu", '{');
    reply_number(c, "micro", 0);
    reply_number(c, "minor", 2);
    reply_number(c, "major", 7);
    reply_close(c, '}');
    reply_string(c, "package", "isabox " ISABOX_VERSION);
}

void cmd_name(struct call *c)
{
    const char *name = c->s->o->name;

    call_print(c, "%s\n", name ? name : "isabox");
    if (name)
        reply_string(c, "name", name);
}

void cmd_kvm(struct call *c)
{
    call_print(c, "kvm support: not compiled\n");
    reply_bool(c, "enabled", false);
    reply_bool(c, "present", false);
}

void cmd_commands(struct call *c)
{
    char buf[COMMAND_NAME];

    reply_open(c, NULL, '[');
    for (const struct command *r = NULL; (r = command_next(r));) {
        const char *name = command_qmp_name(r, buf);

        if (!name)
            continue;
        call_print(c, "%s\n", name);
        reply_open(c, NULL, '{');
        reply_string(c, "name", name);
        reply_close(c, '}');
    }
    reply_close(c, ']');
}

/* ---- the machine ---- */

void cmd_status(struct call *c)
{
    static const struct { const char *human, *qmp; } words[] = {
        [STATUS_RUNNING] = { "running", "running" },
        [STATUS_PAUSED] = { "paused", "paused" },
        [STATUS_OFF] = { "paused (shutdown)", "shutdown" },
        [STATUS_IO_ERROR] = { "paused (io-error)", "io-error" },
        [STATUS_COMING] = { "paused (inmigrate)", "inmigrate" },
        [STATUS_LEAVING] = { "paused (finish-migrate)", "finish-migrate" },
        [STATUS_GONE] = { "paused (postmigrate)", "postmigrate" },
    };
    enum status status = session_status(c->s);

    call_print(c, "VM status: %s\n", words[status].human);
    reply_string(c, "status", words[status].qmp);
    reply_bool(c, "singlestep", false);
    reply_bool(c, "running", status == STATUS_RUNNING);
}

static void tell_image(struct call *c, const struct pc_block_info *i)
{
    static const char *const limits[] = { "bps", "bps_rd", "bps_wr", "iops",
                                          "iops_rd", "iops_wr" };

    reply_open(c, "inserted", '{');
    reply_string(c, "file", i->name);
    reply_bool(c, "ro", i->readonly);
    reply_string(c, "drv", i->format);
    reply_bool(c, "encrypted", false);
    reply_number(c, "backing_file_depth", i->snapshot);
    reply_string(c, "detect_zeroes", "off");
    for (size_t n = 0; n < sizeof limits / sizeof limits[0]; n++)
        reply_number(c, limits[n], 0);
    reply_open(c, "image", '{');
    reply_string(c, "filename", i->name);
    reply_string(c, "format", i->format);
    reply_number(c, "virtual-size", (int64_t)i->bytes);
    reply_close(c, '}');
    reply_close(c, '}');
}

static void print_drive(struct call *c, const char *name,
                        const struct pc_block_info *i)
{
    if (!i->inserted)
        call_print(c, "%s: [not inserted]\n", name);
    else
        call_print(c, "%s: %s (%s%s)\n"
                   "    Size:             %llu sectors\n"
                   "    Cache mode:       %s\n", name, i->name,
                   i->format, i->readonly ? ", read-only" : "",
                   (unsigned long long)i->bytes / 512,
                   i->snapshot ? "writes stay in memory" : "writeback");
    if (i->floppy || i->cdrom)
        call_print(c, "    Removable device: %slocked, tray closed\n",
                   i->locked ? "" : "not ");
}

static void tell_drive(struct call *c, const char *name,
                       const struct pc_block_info *i)
{
    print_drive(c, name, i);
    reply_open(c, NULL, '{');
    reply_string(c, "device", name);
    reply_string(c, "type", "unknown");
    reply_bool(c, "removable", i->floppy || i->cdrom);
    reply_bool(c, "locked", i->locked);
    if (i->floppy || i->cdrom)
        reply_bool(c, "tray_open", !i->inserted);
    if (i->inserted)
        tell_image(c, i);
    reply_close(c, '}');
}

void cmd_block(struct call *c)
{
    struct pc_block_info i;

    reply_open(c, NULL, '[');
    for (int d = 0; d < PC_DRIVES; d++)
        if (pc_block_info(c->s->pc, (enum pc_drive)d, &i))
            tell_drive(c, drive_name((enum pc_drive)d), &i);
    reply_close(c, ']');
}

/* ---- topics that the machine tells about itself ---- */

static void fail_topic(struct call *c, const char *name)
{
    struct near near = { name, NULL, 0 };

    for (const struct command *r = NULL; (r = command_next(r));)
        if (!strncmp(r->name, "info ", 5))
            near_try(&near, r->name + 5);
    for (int i = 0; pc_info_name(i); i++)
        near_try(&near, pc_info_name(i));
    for (int i = 0; pc_chip_name(c->s->pc, i); i++)
        near_try(&near, pc_chip_name(c->s->pc, i));
    call_fail(c, "topic", near.best ? "there is no '%.40s'; did you mean '%s'?"
                                    : "there is no '%.40s'; see help info",
              name, near.best);
}

void cmd_info(struct call *c)
{
    const char *name = call_text(c, "topic");
    char *text;

    if (!name) {
        print_topics(c);
        return;
    }
    if (!(text = pc_info(c->s->pc, name))) {
        fail_topic(c, name);
        return;
    }
    strbuf_bytes(&c->text, text, strlen(text));
    free(text);
}
