/* gdb.h - gdb's remote protocol: another debugger looks into the machine.
 *
 * Reference: "Debugging with GDB", appendix E (Remote Serial Protocol) and G
 * (Target Descriptions). Addresses are linear, and so is the program counter:
 * the base of CS is part of it, so that in real and virtual-8086 mode code is
 * found and breakpoints are met; the offset alone is the register `ip`. There
 * is one thread. Not modelled: non-stop mode, tracepoints, file transfer,
 * agent expressions.
 *
 *     peer's bytes -> gdbpacket.c: frames, checksums -> gdb.c: requests
 *                                                        |      |
 *                              gdbregs.c: registers, XML <      > pc.h, stops.h
 */
#ifndef GDB_H
#define GDB_H

#include "ui/control/control.h"

/* Bytes between $ and #, after escapes; what qSupported tells. */
enum { GDB_PACKET = 16384 };

enum gdb_place { GDB_IDLE, GDB_BODY, GDB_SUM_1, GDB_SUM_2 };

struct gdb {
    struct peer *peer;
    enum gdb_place place;               /* in the frame that comes in */
    struct strbuf in;                   /* its body, escapes resolved */
    struct strbuf sent;                 /* the last frame, for a repetition */
    unsigned sum, told;                 /* of the body; what its end says */
    bool escaped, too_long;
    bool quiet;                         /* no acknowledgements */
    bool knows_swbreak, knows_hwbreak;
    bool running;                       /* it waits for a stop */
    bool interrupted;                   /* by Ctrl-C */
    bool detached;
};

extern const struct protocol gdb_protocol;

/* The machine was paused: whoever waits for that is told. */
void gdb_paused(struct session *s);
bool gdb_attached(const struct session *s);

/* gdbpacket.c: takes bytes apart; a whole packet goes to gdb_request(), Ctrl-C
 * to gdb_interrupt(). Sends one; n bytes of any kind. */
void gdb_take(struct gdb *g, const char *bytes, size_t n);
void gdb_send(struct gdb *g, const char *bytes, size_t n);
void gdb_say(struct gdb *g, const char *text);

/* Numbers in packets: takes hexadecimal digits off *p, false when there are
 * none or too many; the same for bytes, of which the text must have n. */
bool gdb_hex(const char **p, uint32_t *v);
bool gdb_bytes(const char *p, uint8_t *to, size_t n);
void gdb_add_bytes(struct strbuf *b, const uint8_t *p, size_t n);

/* gdb.c */
void gdb_request(struct gdb *g, const char *p, size_t n);
void gdb_interrupt(struct gdb *g);

/* gdbregs.c: registers by gdb's numbers, each as hexadecimal digits; false:
 * there is no such one, or it can't be written so. */
int  gdb_registers(void);
bool gdb_register_get(struct pc *pc, int n, struct strbuf *out);
bool gdb_register_set(struct pc *pc, int n, const char *hex);
size_t gdb_register_size(int n);
void gdb_description(struct strbuf *xml);

#endif
