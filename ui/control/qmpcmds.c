/* qmpcmds.c - the commands of QMP.
 *
 * Reference: QEMU 7.2, "QEMU QMP Reference Manual". Shapes of answers are
 * QEMU's; members that have no meaning here are left out where the manual
 * calls them optional. */
#include "ui/control/qmp.h"

#if HAVE_CJSON
#include <stdlib.h>
#include <string.h>

#include "ui/control/monitor.h"

#define COMMAND(name) static cJSON *name(struct qmp_call *c)

/* ---- about itself ---- */

COMMAND(capabilities)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(c->args, "enable");

    if (cJSON_GetArraySize(v))
        qmp_error(c, "Parameter 'enable' holds a capability that is not "
                  "offered");
    else
        c->peer->ready = true;
    return NULL;
}

COMMAND(query_version)
{
    cJSON *r = cJSON_CreateObject(), *v = cJSON_AddObjectToObject(r, "qemu");

    (void)c;
    cJSON_AddNumberToObject(v, "micro", 0);
    cJSON_AddNumberToObject(v, "minor", 2);
    cJSON_AddNumberToObject(v, "major", 7);
    cJSON_AddStringToObject(r, "package", "isabox " ISABOX_VERSION);
    return r;
}

COMMAND(query_commands)
{
    cJSON *r = cJSON_CreateArray();

    (void)c;
    for (const struct qmp_command *row = qmp_commands; row->name; row++) {
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "name", row->name);
        cJSON_AddItemToArray(r, o);
    }
    return r;
}

COMMAND(query_name)
{
    cJSON *r = cJSON_CreateObject();

    if (c->s->o->name)
        cJSON_AddStringToObject(r, "name", c->s->o->name);
    return r;
}

COMMAND(query_kvm)
{
    cJSON *r = cJSON_CreateObject();

    (void)c;
    cJSON_AddBoolToObject(r, "enabled", false);
    cJSON_AddBoolToObject(r, "present", false);
    return r;
}

COMMAND(query_status)
{
    static const char *const words[] = { "running", "paused", "shutdown",
                                         "io-error" };
    enum status status = session_status(c->s);
    cJSON *r = cJSON_CreateObject();

    cJSON_AddStringToObject(r, "status", words[status]);
    cJSON_AddBoolToObject(r, "singlestep", false);
    cJSON_AddBoolToObject(r, "running", status == STATUS_RUNNING);
    return r;
}

/* ---- running ---- */

COMMAND(stop)
{
    session_pause(c->s, true);
    return NULL;
}

COMMAND(cont)
{
    if (session_status(c->s) == STATUS_OFF)
        qmp_error(c, "Resetting the Virtual Machine is required");
    else
        session_pause(c->s, false);
    return NULL;
}

COMMAND(system_reset)
{
    session_reset(c->s);
    return NULL;
}

COMMAND(system_powerdown)
{
    session_powerdown(c->s);
    return NULL;
}

COMMAND(inject_nmi)
{
    pc_nmi(c->s->pc);
    return NULL;
}

COMMAND(quit)
{
    session_quit(c->s, 0);
    return NULL;
}

COMMAND(human_monitor_command)
{
    char *text = monitor_command(c->s, qmp_string(c, "command-line"));
    cJSON *r = cJSON_CreateString(text ? text : "");

    free(text);
    return r;
}

/* ---- drives ---- */

static cJSON *inserted(const struct pc_block_info *i)
{
    cJSON *o = cJSON_CreateObject(), *image;

    cJSON_AddStringToObject(o, "file", i->name);
    cJSON_AddBoolToObject(o, "ro", i->readonly);
    cJSON_AddStringToObject(o, "drv", "raw");
    cJSON_AddBoolToObject(o, "encrypted", false);
    cJSON_AddNumberToObject(o, "backing_file_depth", i->snapshot);
    cJSON_AddStringToObject(o, "detect_zeroes", "off");
    for (const char *p = "bps\0bps_rd\0bps_wr\0iops\0iops_rd\0iops_wr\0";
         *p; p += strlen(p) + 1)
        cJSON_AddNumberToObject(o, p, 0);
    image = cJSON_AddObjectToObject(o, "image");
    cJSON_AddStringToObject(image, "filename", i->name);
    cJSON_AddStringToObject(image, "format", "raw");
    cJSON_AddNumberToObject(image, "virtual-size", (double)i->bytes);
    return o;
}

COMMAND(query_block)
{
    cJSON *r = cJSON_CreateArray(), *o;
    struct pc_block_info i;

    for (int d = 0; d < PC_DRIVES; d++) {
        if (!pc_block_info(c->s->pc, (enum pc_drive)d, &i))
            continue;
        cJSON_AddItemToArray(r, o = cJSON_CreateObject());
        cJSON_AddStringToObject(o, "device", drive_name((enum pc_drive)d));
        cJSON_AddStringToObject(o, "type", "unknown");
        cJSON_AddBoolToObject(o, "removable", i.floppy);
        cJSON_AddBoolToObject(o, "locked", false);
        if (i.floppy)
            cJSON_AddBoolToObject(o, "tray_open", !i.inserted);
        if (i.inserted)
            cJSON_AddItemToObject(o, "inserted", inserted(&i));
    }
    return r;
}

static enum pc_drive device(struct qmp_call *c)
{
    const char *name = qmp_string(c, "device");
    enum pc_drive d;

    if (!name)
        name = qmp_string(c, "id");
    if (!name) {
        qmp_error(c, "Parameter 'device' is missing");
        return PC_DRIVES;
    }
    d = drive_by_name(name);
    if (d == PC_DRIVES) {
        qmp_error(c, "Device '%.80s' not found", name);
        c->class = "DeviceNotFound";
    } else if (d > PC_FDB)
        qmp_error(c, "Device '%.80s' is not removable", name);
    return d;
}

COMMAND(eject)
{
    enum pc_drive d = device(c);

    if (!c->class)
        drive_eject(c->s, d);
    return NULL;
}

COMMAND(change_medium)
{
    const char *mode = qmp_string(c, "read-only-mode");
    const char *format = qmp_string(c, "format");
    enum pc_drive d = device(c);
    int readonly = -1;

    if (format && strcmp(format, "raw"))
        qmp_error(c, "Unknown driver '%.80s'", format);
    if (mode && !strcmp(mode, "read-only"))
        readonly = 1;
    else if (mode && !strcmp(mode, "read-write"))
        readonly = 0;
    else if (mode && strcmp(mode, "retain"))
        qmp_error(c, "Invalid parameter '%.80s'", mode);
    if (!c->class && !drive_change(c->s, d, qmp_string(c, "filename"),
                                   format, readonly, c->why))
        c->class = "GenericError";
    return NULL;
}

/* ---- files ---- */

COMMAND(screendump)
{
    if (!screen_dump(c->s, qmp_string(c, "filename"),
                     qmp_string(c, "format") ? qmp_string(c, "format") : "ppm",
                     c->why))
        c->class = "GenericError";
    return NULL;
}

static cJSON *save(struct qmp_call *c, bool virt)
{
    double addr = qmp_number(c, "val"), size = qmp_number(c, "size");

    if (addr < 0 || addr > 0xffffffff)
        qmp_error(c, "Parameter 'val' expects 0 to 0xffffffff");
    else if (size < 0)
        qmp_error(c, "Parameter 'size' expects a size");
    else if (!memory_save(c->s, qmp_string(c, "filename"), (uint32_t)addr,
                          (uint64_t)size, virt, c->why))
        c->class = "GenericError";
    return NULL;
}

COMMAND(memsave) { return save(c, true); }
COMMAND(pmemsave) { return save(c, false); }

/* ---- the table ---- */

const struct qmp_command qmp_commands[] = {
    { "qmp_capabilities", "enable:a?", capabilities },
    { "query-version", "", query_version },
    { "query-commands", "", query_commands },
    { "query-name", "", query_name },
    { "query-kvm", "", query_kvm },
    { "query-status", "", query_status },
    { "stop", "", stop },
    { "cont", "", cont },
    { "system_reset", "", system_reset },
    { "system_powerdown", "", system_powerdown },
    { "inject-nmi", "", inject_nmi },
    { "quit", "", quit },
    { "human-monitor-command", "command-line:s cpu-index:i?",
      human_monitor_command },
    { "query-block", "", query_block },
    { "eject", "device:s? id:s? force:b?", eject },
    { "blockdev-change-medium", "device:s? id:s? filename:s format:s? "
      "force:b? read-only-mode:s?", change_medium },
    { "screendump", "filename:s device:s? head:i? format:s?", screendump },
    { "memsave", "val:i size:i filename:s cpu-index:i?", memsave },
    { "pmemsave", "val:i size:i filename:s", pmemsave },
    { "send-key", "keys:a hold-time:i?", qmp_send_key },
    { "input-send-event", "device:s? head:i? events:a",
      qmp_input_send_event },
    { NULL, NULL, NULL }
};

#endif
