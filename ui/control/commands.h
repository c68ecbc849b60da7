/* commands.h - one table of commands for the monitor, QMP, scripts and hot
 * keys.
 *
 * A row has a command's names, its arguments, what it is for, and a function.
 * A line of the monitor, a line of a script and the line behind a hot key are
 * read by one reader; QMP's messages bring the same arguments by name. Help,
 * completion and the manual page come from the table as well.
 *
 *     line or message -> struct call (row, arguments) -> row->run()
 *                                                          |
 *                   text for people, members for programs, or an error
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "ui/host/strbuf.h"
#include "ui/session/session.h"

struct call;
struct peer;

enum command_way { ANY_WAY, BY_MONITOR, BY_QMP, BY_SCRIPT, BY_KEY };

struct command {
    const char *name;           /* and its other names, with | between them;
                                   one of two words begins with "info " */
    const char *qmp;            /* QEMU's name in QMP. NULL: x-NAME is there,
                                   which returns the text */
    /* One word for each argument, in order of place:
     *     NAME[=MEMBER]:TYPE[?][~]
     * MEMBER is what QMP calls it, with | between several; ? marks what may
     * be left out, ~ what QMP alone takes, and without a meaning here. The
     * word "/" stands for a format behind the command's name, and a NAME
     * such as -f is a flag. The types are those of enum param_type. */
    const char *args;
    const char *help;           /* one line; of a row without a name the
                                   heading for those that follow */
    void (*run)(struct call *c);
    const char *more;           /* what the manual page adds, in roff */
    enum command_way only;      /* the one way that has it */
};
extern const struct command commands[];         /* ends with a row of NULLs */

/* The row after c that has a name, from NULL on; NULL past the last. */
const struct command *command_next(const struct command *c);

/* The row that the line begins with, the longest of its names; *n: how much
 * of the line that is. */
const struct command *command_find(const char *line, size_t *n);
const struct command *command_of_qmp(const char *name);

/* QMP's name for a row, in buf where it has to be made; NULL: none. */
enum { COMMAND_NAME = 60 };
const char *command_qmp_name(const struct command *c, char buf[COMMAND_NAME]);

/* How the arguments are written: "keys [hold_ms]". */
void command_usage(const struct command *c, struct strbuf *out);

/* Names that the last word of `line` may become, each with \n behind it. */
void command_complete(struct session *s, const char *line,
                      struct strbuf *names);

/* ---- arguments ---- */

enum param_type {
    P_FORMAT,                   /* "/" */
    P_FLAG,                     /* a flag without a value */
    P_TEXT,                     /* text: a word, or text in quotes */
    P_LINE,                     /* line: all that follows */
    P_TYPED,                    /* typed: text that a US keyboard has */
    P_NUMBER,                   /* number: an expression */
    P_SIZE,                     /* size: the same, or as 64K, 1M */
    P_TIME,                     /* time: 2s, 250ms; left out where the word
                                   is none */
    P_PLACE,                    /* place: the same, or @ and a count */
    P_CONDITION,                /* condition: if and an expression, to the
                                   end of the line */
    P_ADDRESS,                  /* address: hexadecimal, SEG:OFF */
    P_BYTES,                    /* bytes: pairs of hexadecimal digits */
    P_FILE,                     /* file: one that is read */
    P_NEWFILE,                  /* newfile: one that is written */
    P_DRIVE,                    /* drive: floppy0, fda, a */
    P_KEYS,                     /* keys: ctrl-alt-delete; a list in QMP */
    P_CHORDS,                   /* chords: several of those */
    P_BUTTON,                   /* button: left, right, middle */
    P_TOPIC,                    /* topic: of info */
    P_COMMAND,                  /* command */
    P_PICTURE,                  /* picture: ppm or png */
    P_ACCESS,                   /* access: retain, read-only, read-write */
    P_LIST,                     /* list: QMP's alone */
    PARAM_TYPES
};

struct param {
    char name[24], member[24];
    enum param_type type;
    char flag;                  /* of a flag, its letter */
    bool optional, ignored;
};

/* Takes the next one off *args; false at the end. */
bool param_next(const char **args, struct param *p);

/* The words that a value of that type may be; ends with NULL. */
const char *const *param_choices(enum param_type type);

/* What JSON calls a value of that type. */
const char *param_json_type(enum param_type type);

/* ---- a call ---- */

enum { CALL_ARGS = 8, CALL_WHY = 400, CALL_KEYS = 300 };

struct call_format {            /* of x, xp, print, i, o */
    int count;
    char format, size;          /* 0: not given */
};

struct call_arg {
    bool given;
    int64_t n;                  /* numbers, ns, drives, choices, flags */
    const char *text;           /* the word itself; NULL: QMP's number */
};

struct call {
    struct session *s;          /* NULL: the line is only checked */
    const struct command *row;
    enum command_way way;
    bool bound;                 /* the files it names are checked */
    bool remote;                /* over a socket: files.h says what it may */
    struct peer *peer;          /* QMP's client */
    const void *json;           /* QMP's arguments: a cJSON object */
    struct strbuf text, members;
    bool bare;                  /* the members are one value, no object */
    struct call_format format;
    struct call_arg arg[CALL_ARGS];
    char *words;                /* the line, with ends of words cut in */
    char keys[CALL_KEYS];       /* QMP's list of keys as a word */
    bool bad;
    const char *class;          /* QMP's, of the error */
    char why[CALL_WHY];
    int status;                 /* of a script that ends by the error */
};

/* Reads a line: true when there is a command to be run. False without an
 * error for an empty line and a comment. */
bool call_read(struct call *c, const char *line);

/* Checks the files that it names and runs it. A command that was given no
 * name asks whether it may choose one; false after an error. */
void call_run(struct call *c);
bool call_may_name(struct call *c);
void call_end(struct call *c);          /* frees what it holds */

/* Puts a value into its argument; false after an error. */
bool call_value(struct call *c, const struct param *p, struct call_arg *a,
                const char *word);

/* The first error is the one that counts. param: the argument that is wrong,
 * NULL for none of them. */
void call_fail(struct call *c, const char *param, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Arguments by name: NULL or `preset` where one was not given. */
const struct call_arg *call_arg(const struct call *c, const char *name);
const char *call_text(const struct call *c, const char *name);
int64_t call_number(const struct call *c, const char *name, int64_t preset);

/* The same within limits, or an error that tells them. */
int64_t call_within(struct call *c, const char *name, int64_t preset,
                    int64_t low, int64_t high);

/* Text for people. */
void call_print(struct call *c, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Members for programs, which QMP alone sends. name NULL: an element of a
 * list, or, as the first of all, the whole answer. */
void reply_open(struct call *c, const char *name, char bracket);
void reply_close(struct call *c, char bracket);
void reply_string(struct call *c, const char *name, const char *value);
void reply_number(struct call *c, const char *name, int64_t value);
void reply_bool(struct call *c, const char *name, bool value);

/* Values, also for tests. */
bool value_address(const char *text, uint32_t *addr);
int value_bytes(const char *text, uint8_t *bytes, int room);    /* -1: none */

/* Takes an expression off *p; false with words in why. pc NULL: it is only
 * checked. */
bool value_expression(struct pc *pc, const char **p, int64_t *v, char *why);

/* ---- what the rows run, by file ---- */

typedef void command_run(struct call *c);

/* cmdinfo.c */
command_run cmd_help, cmd_info, cmd_status, cmd_version, cmd_name, cmd_block,
            cmd_kvm, cmd_commands;
/* cmdmem.c */
command_run cmd_x, cmd_xp, cmd_unassemble, cmd_print, cmd_in, cmd_out,
            cmd_memsave, cmd_pmemsave, cmd_step;
/* cmdrun.c */
command_run cmd_stop, cmd_cont, cmd_pause, cmd_turbo, cmd_monitor,
            cmd_timeline, cmd_reset,
            cmd_powerdown, cmd_nmi, cmd_quit, cmd_savevm, cmd_loadvm, cmd_log,
            cmd_delvm, cmd_snapshots, cmd_snapshot_save, cmd_snapshot_load,
            cmd_snapshot_delete;
/* cmdmigrate.c */
command_run cmd_migrate, cmd_migrate_cancel, cmd_migrate_revive,
            cmd_migrate_info,
            cmd_migrate_downtime, cmd_migrate_speed, cmd_migrate_set,
            cmd_migrate_parameters, cmd_migrate_incoming;
/* cmdinput.c */
command_run cmd_sendkey, cmd_key, cmd_type, cmd_reboot_keys, cmd_mouse_move,
            cmd_mouse_button, cmd_click, cmd_joystick;
/* cmdmedia.c */
command_run cmd_change, cmd_eject, cmd_drive_refresh, cmd_swap, cmd_screendump,
            cmd_text;
/* cmddrop.c */
command_run cmd_drop;
/* cmdsound.c */
command_run cmd_audio, cmd_capture, cmd_mixer;
/* cmdscript.c */
command_run cmd_expect, cmd_expect_serial, cmd_wait, cmd_hash, cmd_assert_mem;
/* cmdtime.c */
command_run cmd_history, cmd_rewind, cmd_forward, cmd_seek, cmd_rstep, cmd_who,
            cmd_record;
/* cmddebug.c */
command_run cmd_break, cmd_watch, cmd_rwatch, cmd_awatch, cmd_catch,
            cmd_delete, cmd_breakpoints, cmd_next, cmd_rnext, cmd_rcont,
            cmd_when, cmd_trace, cmd_backtrace, cmd_assert_reg;
/* qmpinput.c, qmp.c: empty without cJSON */
command_run cmd_input_send_event, cmd_capabilities, cmd_human;

#endif
