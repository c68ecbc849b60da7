/* commands.c - the table of commands, their names and their completion. */
#include "ui/control/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "ui/control/monitor.h"
#include "ui/session/keys.h"

#define HEADING(text) { .help = text }

const struct command commands[] = {
    HEADING("Looking"),
    { "help|?", NULL, "command:command?", "all commands, or one", cmd_help,
      NULL, ANY_WAY },
    { "info status", "query-status", "", "running, paused or off", cmd_status,
      NULL, ANY_WAY },
    { "info version", "query-version", "", "the version", cmd_version,
      NULL, ANY_WAY },
    { "info name", "query-name", "", "the machine's name", cmd_name,
      NULL, ANY_WAY },
    { "info block", "query-block", "", "drives and their images", cmd_block,
      NULL, ANY_WAY },
    { "info kvm", "query-kvm", "", "whether the host's processor runs the "
      "guest: never", cmd_kvm, NULL, ANY_WAY },
    { "info commands", "query-commands", "", "the commands of QMP",
      cmd_commands, NULL, ANY_WAY },
    { "info", NULL, "topic:topic?", "what the machine looks like; help info "
      "lists the topics", cmd_info,
      "Topics are\n"
      ".BR registers \", \" cpu \", \" pc \", \" irq \", \" mem \", \" tlb "
      "\", \" mtree ,\n"
      ".BR blocks \" (the cache of decoded instructions), \"\n"
      ".BR engine \" (what the engine left to slow handlers), \" timers ,\n"
      ".BR idle \" (how much of the time the CPU sleeps), \" block ,\n"
      ".BR status \", \" version \", \" name \", \" chips ,\n"
      "or a chip's name\n"
      ".RB ( pic \", \" pic1 \", \" pit \", \" vga \", \" ...),\n"
      "which prints its whole state, with the names of bits that are set.",
      ANY_WAY },
    { "x", NULL, "/ addr:number", "linear memory; fmt: count, x d u o c i, "
      "b h w g", cmd_x,
      "There are no side effects.\n"
      ".I fmt\n"
      "is a count, a format (x d u o c, or i for instructions) and a size\n"
      "(b h w g for 1, 2, 4 or 8 bytes):\n"
      ".BR \"x/10i $pc\" .", ANY_WAY },
    { "xp", NULL, "/ addr:number", "physical memory", cmd_xp, NULL, ANY_WAY },
    { "u", NULL, "/ addr:number? count:number?", "disassemble, from $pc on "
      "without addr", cmd_unassemble, NULL, ANY_WAY },
    { "print|p", NULL, "/ value:number", "an expression: numbers, $registers, "
      "+ - * / % & | ^ ~ ( )", cmd_print, NULL, ANY_WAY },
    { "i", NULL, "/ port:number", "read a port as the CPU would; fmt: b h w",
      cmd_in, "All side effects included.", ANY_WAY },
    { "o", NULL, "/ port:number value:number", "write a port as the CPU would",
      cmd_out, NULL, ANY_WAY },
    { "text", NULL, "filename:newfile? -F=force:flag?", "the text screen, in UTF-8",
      cmd_text, NULL, ANY_WAY },
    { "hash", NULL, "", "64 bits over the whole state", cmd_hash,
      NULL, ANY_WAY },

    HEADING("Running"),
    { "stop|s", "stop", "", "pause the machine", cmd_stop, NULL, ANY_WAY },
    { "cont|c", "cont", "", "let it go on", cmd_cont, NULL, ANY_WAY },
    { "pause", NULL, "", "pause the machine, or let it go on", cmd_pause,
      NULL, ANY_WAY },
    { "step", NULL, "count:number?", "run one instruction, or so many; prints "
      "the next", cmd_step, NULL, ANY_WAY },
    { "turbo", NULL, "", "run as fast as the host can, and back", cmd_turbo,
      NULL, ANY_WAY },
    { "monitor", NULL, "", "show the monitor in the machine's place, and back",
      cmd_monitor, NULL, ANY_WAY },
    { "system_reset", "system_reset", "", "press the reset button", cmd_reset,
      NULL, ANY_WAY },
    { "system_powerdown", "system_powerdown", "", "press the power switch: "
      "off at once, the guest is not asked", cmd_powerdown,
      "That is what an AT's switch does.", ANY_WAY },
    { "nmi", "inject-nmi", "", "pull the I/O channel check: an NMI", cmd_nmi,
      "As from a card with a switch. Port 61h bit 6 tells of it; bit 3 there\n"
      "and bit 7 of port 70h can hold it off.", ANY_WAY },
    { "log", NULL, "topics:text", "what is logged from now on, as -d has it; "
      "none", cmd_log, NULL, ANY_WAY },

    HEADING("Stops"),
    { "break|b", NULL, "addr:address condition:condition?", "stop before the "
      "instruction there",
      cmd_break,
      "Addresses are linear and hexadecimal, also SEG:OFF of real mode. The\n"
      "condition is\n"
      ".B if\n"
      "and an expression, in which byte[ADDR], word[ADDR] and dword[ADDR] are\n"
      "memory, and == != < <= > >= && || compare:\n"
      ".BR \"break 7c00 if $ax == 3 && byte[0x417] & 4\" .\n"
      "Stops change nothing in the guest. They end a script's\n"
      ".B wait\n"
      "early.", ANY_WAY },
    { "watch", NULL, "addr:address size:number? condition:condition?",
      "stop behind a write to memory there", cmd_watch,
      "By the processor or a device; size bytes, 1 if not given.", ANY_WAY },
    { "rwatch", NULL, "addr:address size:number? condition:condition?",
      "the same for reads", cmd_rwatch, NULL, ANY_WAY },
    { "awatch", NULL, "addr:address size:number? condition:condition?",
      "the same for reads and writes", cmd_awatch, NULL, ANY_WAY },
    { "catch", NULL, "what:text number:text? condition:line?",
      "stop at an event: int 21, port 3c0, irq 14, fault 13, mode", cmd_catch,
      "Numbers of interrupts and ports are hexadecimal, and may be a range,\n"
      "those of interrupt lines and faults are decimal.\n"
      ".B catch int 21 ah=4b\n"
      "asks for a register's value too. It stops at the handler, or behind\n"
      "the IN, OUT or change of mode.", ANY_WAY },
    { "delete", NULL, "number:number?", "take out a stop, or all", cmd_delete,
      NULL, ANY_WAY },
    { "info breakpoints", NULL, "", "the stops", cmd_breakpoints, NULL,
      ANY_WAY },
    { "next|n", NULL, "", "run one instruction, over calls, interrupts and "
      "repeated ones", cmd_next, NULL, ANY_WAY },
    { "info backtrace", NULL, "", "who called, by BP's chain of near and far "
      "frames", cmd_backtrace, NULL, ANY_WAY },

    HEADING("The machine's past"),
    { "info history", NULL, "", "how far back one can go", cmd_history,
      NULL, ANY_WAY },
    { "rewind", NULL, "time:time", "go back by so much of the guest's time",
      cmd_rewind,
      "The machine is then what it was, and so are its disks. It may go on from\n"
      "there: it does again what it did, up to where it was, until a key or\n"
      "whatever else comes from outside; from then on it goes another way.",
      ANY_WAY },
    { "forward", NULL, "time:time", "forward again, at most to where it was",
      cmd_forward, NULL, ANY_WAY },
    { "seek|goto", NULL, "time:place", "go to that guest time of the past, or "
      "to @ and a count of instructions", cmd_seek, NULL, ANY_WAY },
    { "rstep", NULL, "count:number?", "step back by an instruction, or so many; "
      "prints the next", cmd_rstep, NULL, ANY_WAY },
    { "who", NULL, "-p=physical:flag? addr:address", "which instruction, or "
      "which device, made the byte of memory what it is", cmd_who,
      "The address is a linear one, by the page tables as they are now; with\n"
      ".B \\-p\n"
      "a physical one.", ANY_WAY },
    { "rnext", NULL, "", "step back by an instruction, over calls", cmd_rnext,
      NULL, ANY_WAY },
    { "rcont", NULL, "", "run back to the last stop before here", cmd_rcont,
      "Of a write that is watched, to the place before it.", ANY_WAY },
    { "when", NULL, "expression:line", "go back to where the expression was "
      "true for the last time", cmd_when,
      "Each instruction on the way is asked for, the latest first: some millions\n"
      "take a second.", ANY_WAY },
    { "trace", NULL, "count:number?", "the last instructions that were run; 20",
      cmd_trace, NULL, ANY_WAY },
    { "timeline", NULL, "", "pictures of the past, to go on from one of them; "
      "and back", cmd_timeline,
      "The machine stands while it is shown. Left, Right, Home, End, Page Up\n"
      "and Page Down choose a moment, Up and Down take finer and coarser\n"
      "steps, Enter goes on from there, Escape goes back to where it was.",
      ANY_WAY },
    { "record", NULL, "filename:newfile -e=embed:flag? -F=force:flag?", "keep "
      "all input there from now on, as -record does", cmd_record,
      "With\n"
      ".B \\-e\n"
      "the file has copies of the media, as with media=embed.", ANY_WAY },

    HEADING("Keys and mouse"),
    { "sendkey", "send-key", "keys=keys:keys hold_ms=hold-time:number?",
      "press keys, as ctrl-alt-delete; 100 ms", cmd_sendkey, NULL, ANY_WAY },
    { "key", NULL, "chord:chords", "press keys together, one chord after the "
      "other", cmd_key,
      "Names are QEMU's:\n"
      ".BR ctrl-alt-delete \", \" ret \", \" esc \", \" f1 .", ANY_WAY },
    { "reboot_keys", NULL, "", "Ctrl-Alt-Delete, at once", cmd_reboot_keys,
      "What waits to be typed is forgotten.", ANY_WAY },
    { "type", NULL, "text:typed", "type it on a US keyboard", cmd_type,
      "The keys wait while the BIOS's keyboard buffer is full.", ANY_WAY },
    { "mouse_move|mouse", NULL, "dx:number dy:number dz:number?",
      "move the mouse; dy down, dz the wheel", cmd_mouse_move, NULL, ANY_WAY },
    { "mouse_button", NULL, "state:number", "buttons held: sum of 1 left, "
      "2 right, 4 middle", cmd_mouse_button, NULL, ANY_WAY },
    { "click", NULL, "button:button", "press and release a button: left, "
      "right, middle", cmd_click, NULL, BY_SCRIPT },
    { "joystick", NULL, "x:number y:number buttons:number? stick:number?",
      "a stick of the game port", cmd_joystick,
      "Of\n"
      ".BR \\-device \" gameport:\"\n"
      "\\-100 (left, up) to 100; buttons held: sum of 1 and 2; stick 0 or 1.",
      ANY_WAY },
    { "input-send-event", "input-send-event",
      "device:text?~ head:number?~ events:list", "keys and movements, as QEMU "
      "has them", cmd_input_send_event, NULL, BY_QMP },

    HEADING("Media and files"),
    { "change|insert", "blockdev-change-medium",
      "device=device|id:drive filename:file format:text? "
      "read-only-mode:access? force:flag?~", "put another floppy into a drive",
      cmd_change,
      "Devices are\n"
      ".BR floppy0 \" and \" floppy1 ,\n"
      "also\n"
      ".BR fda \" and \" fdb ;\n"
      "read-only-mode is\n"
      ".BR retain \", \" read-only \" or \" read-write .\n"
      "The format may be left out.", ANY_WAY },
    { "eject", "eject", "-f=force:flag? device=device|id:drive",
      "take a floppy out of its drive", cmd_eject, NULL, ANY_WAY },
    { "drive refresh", "x-drive-refresh",
      "-f=force:flag? device=device|id:drive",
      "look again at the folder of the host that a drive is made of",
      cmd_drive_refresh,
      "For\n"
      ".BR fat:rw: \"DIR and \" iso: DIR .\n"
      "A CD is another one then. Of a disk, what the guest has written goes out\n"
      "first. Floppies take what is new at once, as changed ones; hard disks with\n"
      "the next reset, for a system that runs keeps parts of them in its memory,\n"
      "and\n"
      ".B \\-f\n"
      "is for one that has let go of the disk (umount).", ANY_WAY },
    { "drop", NULL, "filename:file device=device|id:drive?",
      "put an image or a folder into the drive that it fits", cmd_drop,
      "As when it is dropped on the window: a floppy's image goes into drive A:\n"
      "or the device, a disc into the CD-ROM drive, and a folder is a floppy\n"
      "(fat:rw:), or a disc (iso:) where the device is a drive for these. Hard\n"
      "disks can't be changed while a system runs.", ANY_WAY },
    { "swap", NULL, "", "put the next of the floppy images into drive A:",
      cmd_swap, NULL, ANY_WAY },
    { "screendump|screenshot", "screendump",
      "filename:newfile? -f=format:picture? -F=force:flag? device:text?~ "
      "head:number?~",
      "save the picture; PNG also by the name's end", cmd_screendump,
      "A running machine first goes on to the end of its frame, but in a\n"
      "script. Without a name it is isabox-N.png.", ANY_WAY },
    { "savevm|save", NULL, "filename:newfile? -F=force:flag?", "save the machine's state",
      cmd_savevm,
      "Without a name it is isabox.state, with\n"
      ".B \\-name\n"
      "NAME.state.", ANY_WAY },
    { "loadvm|load", NULL, "filename:file?", "go on from a saved state; "
      "FILE,force: with other media, too", cmd_loadvm,
      "See\n"
      ".B \\-loadvm\n"
      "for\n"
      ".BR force .", ANY_WAY },
    { "delvm", NULL, "name:text", "delete a state of the file of -states",
      cmd_delvm,
      "With\n"
      ".BR \\-states ,\n"
      "savevm and loadvm take words without a dot and a slash for names in that\n"
      "file.", ANY_WAY },
    { "info snapshots", NULL, "", "the states of that file", cmd_snapshots,
      NULL, ANY_WAY },
    { "snapshot-save", "snapshot-save", "job-id:text?~ tag:text "
      "vmstate:text?~ devices:list?~", "save a state there",
      cmd_snapshot_save, NULL, BY_QMP },
    { "snapshot-load", "snapshot-load", "job-id:text?~ tag:text "
      "vmstate:text?~ devices:list?~", "go on from one", cmd_snapshot_load,
      NULL, BY_QMP },
    { "snapshot-delete", "snapshot-delete", "job-id:text?~ tag:text "
      "devices:list?~", "delete one", cmd_snapshot_delete, NULL, BY_QMP },
    { "memsave", "memsave",
      "addr=val:number size:size filename:newfile -F=force:flag? "
      "cpu-index:number?~",
      "linear memory into a file", cmd_memsave, NULL, ANY_WAY },
    { "pmemsave", "pmemsave", "addr=val:number size:size filename:newfile -F=force:flag?",
      "physical memory into a file", cmd_pmemsave, NULL, ANY_WAY },

    HEADING("Migration"),
    { "migrate", "migrate", "uri:text -d=detach:flag?~ blk:flag?~ inc:flag?~ "
      "resume:flag?~", "the machine goes on in another isabox that waits for "
      "it (-incoming)", cmd_migrate,
      ".I uri\n"
      "is tcp:HOST:PORT, unix:PATH, exec:COMMAND or file:PATH; the first three\n"
      "need\n"
      ".BR \\-allow .\n"
      "In a script it waits for the end. A machine with a folder that is written\n"
      "to (fat:rw:) does not migrate.", ANY_WAY },
    { "migrate_cancel", "migrate_cancel", "", "it stays here; at the target: "
      "where it is", cmd_migrate_cancel, NULL, ANY_WAY },
    { "migrate_revive", NULL, "-f=force:flag?", "a machine that has gone goes "
      "on here after all, or one whose sender has ended", cmd_migrate_revive,
      "Only for when the machine is nowhere: at the source when the target has\n"
      "ended, as when it is killed while it takes over; at the target, which\n"
      "keeps the machine, when the source has ended before it let go of it. It\n"
      "is refused where another program has one of the images or has written to\n"
      "it since. A machine without such an image may be at work elsewhere\n"
      "unseen, so it wants\n"
      ".B \\-f .", ANY_WAY },
    { "info migrate", "query-migrate", "", "how far a migration is",
      cmd_migrate_info, NULL, ANY_WAY },
    { "migrate_set_downtime", NULL, "ms:number", "how long the machine may "
      "stand still for it, in ms; 300", cmd_migrate_downtime, NULL, ANY_WAY },
    { "migrate_set_speed", NULL, "value:size", "bytes a second that a "
      "migration may send; 0: any number", cmd_migrate_speed, NULL, ANY_WAY },
    { "migrate-set-parameters", "migrate-set-parameters",
      "downtime-limit:number? max-bandwidth:size?", "both of them",
      cmd_migrate_set, NULL, BY_QMP },
    { "info migrate_parameters", "query-migrate-parameters", "", "the same, "
      "as they are", cmd_migrate_parameters, NULL, ANY_WAY },
    { "migrate_incoming", "migrate-incoming", "uri:text", "wait for a machine "
      "there, after -incoming defer", cmd_migrate_incoming, NULL, ANY_WAY },

    HEADING("Sound"),
    { "capture", NULL, "what:text filename:newfile?", "write what is heard into "
      "a WAV file, with what is shown into FILE.avi",
      cmd_capture, ".B capture start FILE\n"
      "begins,\n"
      ".B capture stop\n"
      "ends it, and\n"
      ".B capture toggle\n"
      "does what is due, with isabox-N.avi; see\n"
      ".BR FILMS .", ANY_WAY },
    { "mixer", NULL, "voice:text what:text", "how loud a voice is: percent, "
      "mute, solo", cmd_mixer,
      "Up to 400; +10 and -10 change it; mute and solo go on and off. Voices\n"
      "are those of\n"
      ".BR \"info mixer\" ;\n"
      ".B master\n"
      "is all of them.", ANY_WAY },
    { "info audio", NULL, "", "where the sound goes, and whether the host's "
      "device had it in time", cmd_audio, NULL, ANY_WAY },

    HEADING("Scripts"),
    { "expect", NULL, "time:time? text:text", "wait until the text screen "
      "holds the text", cmd_expect,
      "The time is 30s if not given. Rows end in \\en, blanks at their ends\n"
      "need not be given; characters are UTF-8.", BY_SCRIPT },
    { "expect-serial", NULL, "time:time? text:text", "the same for what COM1 "
      "has sent since the last such text", cmd_expect_serial, NULL,
      BY_SCRIPT },
    { "wait", NULL, "time:time", "let guest time pass", cmd_wait, NULL,
      BY_SCRIPT },
    { "assert-mem", NULL, "addr:address bytes:bytes", "fail unless memory "
      "holds these bytes", cmd_assert_mem,
      "The address is hexadecimal, also SEG:OFF.", ANY_WAY },

    { "assert-reg", NULL, "register:text value:number", "fail unless the "
      "register has that value", cmd_assert_reg, NULL, ANY_WAY },

    HEADING("QMP"),
    { "qmp_capabilities", "qmp_capabilities", "enable:list?", "comes first",
      cmd_capabilities, NULL, BY_QMP },
    { "human-monitor-command", "human-monitor-command",
      "command-line:line cpu-index:number?~", "a line of the monitor",
      cmd_human, NULL, BY_QMP },

    HEADING("End"),
    { "quit|q", "quit", "status:number?", "end isabox, with this status",
      cmd_quit, "By a key, in the middle of a write isabox asks: the same "
      "again quits.", ANY_WAY },
    { .name = NULL }
};

/* ---- names ---- */

const struct command *command_next(const struct command *c)
{
    for (c = c ? c + 1 : commands; c->name || c->help; c++)
        if (c->name)
            return c;
    return NULL;
}

/* How much of the line is this name of n characters, in which a blank is any
 * number of them; 0: the line begins with something else. */
static size_t match(const char *name, size_t n, const char *line)
{
    const char *p = line;

    for (size_t i = 0; i < n; i++)
        if (name[i] == ' ' && *p == ' ')
            p += strspn(p, " \t");
        else if (name[i] != *p++)
            return 0;
    return !*p || strchr(" \t\r\n/", *p) ? (size_t)(p - line) : 0;
}

const struct command *command_find(const char *line, size_t *n)
{
    const struct command *best = NULL;

    *n = 0;
    for (const struct command *c = NULL; (c = command_next(c));)
        for (const char *p = c->name; *p; p += *p == '|') {
            size_t len = strcspn(p, "|"), got = match(p, len, line);

            p += len;
            if (got <= *n)
                continue;
            *n = got;
            best = c;
        }
    return best;
}

const char *command_qmp_name(const struct command *c, char buf[COMMAND_NAME])
{
    if (c->qmp || (c->only && c->only != BY_QMP))
        return c->qmp;
    snprintf(buf, COMMAND_NAME, "x-%.*s", (int)strcspn(c->name, "|"), c->name);
    return buf;
}

const struct command *command_of_qmp(const char *name)
{
    char buf[COMMAND_NAME];

    for (const struct command *c = NULL; (c = command_next(c));) {
        const char *own = command_qmp_name(c, buf);

        if (own && !strcmp(own, name))
            return c;
    }
    return NULL;
}

/* ---- completion ---- */

static void commands_offer(struct strbuf *names, const char *word,
                           const char *name)
{
    if (name && !strncmp(name, word, strlen(word)))
        strbuf_add(names, "%s\n", name);
}

static void offer_commands(struct strbuf *names, const char *word)
{
    for (const struct command *c = NULL; (c = command_next(c));) {
        char name[COMMAND_NAME];

        snprintf(name, sizeof name, "%.*s", (int)strcspn(c->name, "|"),
                 c->name);
        if (!strchr(name, ' ') && (!c->only || c->only == BY_MONITOR))
            commands_offer(names, word, name);
    }
}

static void offer_topics(struct session *s, struct strbuf *names,
                         const char *word)
{
    for (const struct command *c = NULL; (c = command_next(c));)
        if (!strncmp(c->name, "info ", 5))
            commands_offer(names, word, c->name + 5);
    for (int i = 0; pc_info_name(i); i++)
        commands_offer(names, word, pc_info_name(i));
    for (int i = 0; pc_chip_name(s->pc, i); i++)
        commands_offer(names, word, pc_chip_name(s->pc, i));
}

static void offer_keys(struct strbuf *names, const char *word)
{
    const char *last = strrchr(word, '-');
    int before = last ? (int)(last + 1 - word) : 0;
    char name[CALL_KEYS];

    for (const struct key *k = keys; k->name; k++) {
        snprintf(name, sizeof name, "%.*s%s", before, word, k->name);
        commands_offer(names, word, name);
    }
}

static void offer_registers(struct strbuf *names, const char *word)
{
    for (int i = 0; *word == '$' && pc_register_name(i); i++) {
        char name[24];

        snprintf(name, sizeof name, "$%s", pc_register_name(i));
        commands_offer(names, word, name);
    }
}

static void offer_list(struct strbuf *names, const char *word,
                       const char *const *list)
{
    while (*list)
        commands_offer(names, word, *list++);
}

static void offer_type(struct session *s, enum param_type type,
                       const char *word, struct strbuf *names)
{
    switch (type) {
    case P_COMMAND: offer_commands(names, word); break;
    case P_TOPIC:   offer_topics(s, names, word); break;
    case P_KEYS: case P_CHORDS: offer_keys(names, word); break;
    case P_NUMBER: case P_SIZE: offer_registers(names, word); break;
    case P_DRIVE:
        for (int d = 0; d < PC_DRIVES; d++)
            commands_offer(names, word, drive_name((enum pc_drive)d));
        break;
    default:
        offer_list(names, word, param_choices(type));
    }
}

/* The argument that stands behind so many others. */
static bool param_at(const struct command *c, int place, struct param *p)
{
    const char *args = c->args;

    for (place++; place && param_next(&args, p);)
        place -= p->type != P_FORMAT && !p->flag && p->type != P_CHORDS;
    return !place || p->type == P_CHORDS;
}

void command_complete(struct session *s, const char *line,
                      struct strbuf *names)
{
    const struct command *c;
    const char *word;
    struct param p = { .flag = 0 };
    size_t n;
    int place = -1;

    line += strspn(line, " \t");
    if (!line[strcspn(line, " /")]) {
        offer_commands(names, line);
        return;
    }
    word = strrchr(line, ' ');
    word = word ? word + 1 : line + strlen(line);
    if (!strncmp(line, "info ", 5)) {
        offer_topics(s, names, word);
        return;
    }
    if (!(c = command_find(line, &n)))
        return;
    for (const char *q = line + n; q < word; place++)
        for (q += strcspn(q, " "); *q == ' ';)
            q++;
    if (place >= 0 && param_at(c, place, &p))
        offer_type(s, p.type, word, names);
}
