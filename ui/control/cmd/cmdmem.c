/* cmdmem.c - commands about memory, ports and instructions. */
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/control/monitor.h"

enum { MOST = 65536, INSN = 16, STEPS_SHOWN = 32 };

static int bytes_of(char size)
{
    return size == 'b' ? 1 : size == 'h' ? 2 : size == 'g' ? 8 : 4;
}

/* ---- values ---- */

static int64_t sign_extend(uint64_t v, int bytes)
{
    uint64_t sign = UINT64_C(1) << (8 * bytes - 1);

    return (int64_t)((v ^ sign) - sign);
}

static void print_char(struct call *c, int ch)
{
    if (ch == '\'' || ch == '\\')
        call_print(c, "'\\%c'", ch);
    else if (ch >= ' ' && ch < 0x7f)
        call_print(c, "'%c'", ch);
    else
        call_print(c, "'\\x%02x'", ch);
}

static void print_value(struct call *c, uint64_t v, char format, int bytes)
{
    static const int decimal[9] = { 0, 3, 5, 0, 10, 0, 0, 0, 20 };
    static const int octal[9] = { 0, 3, 6, 0, 11, 0, 0, 0, 22 };
    unsigned long long u = v;

    if (bytes < 8)
        u &= (1ull << 8 * bytes) - 1;
    switch (format) {
    case 'd':
        call_print(c, "%*lld", decimal[bytes] + 1,
                  (long long)sign_extend(u, bytes));
        break;
    case 'u': call_print(c, "%*llu", decimal[bytes], u); break;
    case 'o': call_print(c, "0%0*llo", octal[bytes], u); break;
    case 'c': print_char(c, (int)(u & 0xff)); break;
    default:  call_print(c, "0x%0*llx", 2 * bytes, u);
    }
}

void cmd_print(struct call *c)
{
    unsigned long long v = (unsigned long long)call_number(c, "value", 0);

    switch (c->format.format) {
    case 'd': call_print(c, "%lld\n", (long long)v); break;
    case 'u': call_print(c, "%llu\n", v); break;
    case 'o': call_print(c, "0%llo\n", v); break;
    case 'c': print_char(c, (int)(v & 0xff)); call_print(c, "\n"); break;
    default:  call_print(c, "0x%llx\n", v);
    }
}

/* ---- instructions ---- */

static size_t cmdmem_peek(struct call *c, uint32_t addr, void *p, size_t n,
                          bool virt)
{
    if (virt)
        return pc_peek_virtual(c->s->pc, addr, p, n);
    pc_memory(c->s->pc, addr, p, n);
    return n;
}

static uint32_t cmdmem_reg(struct call *c, const char *name)
{
    uint32_t v = 0;

    pc_register(c->s->pc, name, &v);
    return v;
}

/* Branch targets are offsets in the code segment, as the guest's listing has
 * them; the address in front is linear (or physical). */
static void disassemble(struct call *c, uint32_t addr, int count, bool virt)
{
    uint32_t base = cmdmem_reg(c, "cs.base");
    uint8_t bytes[INSN];
    char text[80];

    while (count-- > 0) {
        size_t n = cmdmem_peek(c, addr, bytes, sizeof bytes, virt);
        int len = pc_disasm(c->s->pc, 0, bytes, n, addr - base, text,
                            sizeof text);

        if (!n) {
            call_print(c, "0x%08x: cannot access memory\n", addr);
            return;
        }
        call_print(c, "0x%08x: ", addr);
        for (int i = 0; i < 8 || i < len; i++)
            call_print(c, i < len ? " %02x" : "   ", bytes[i % INSN]);
        call_print(c, "  %s\n", text);
        addr += (uint32_t)len;
    }
}

void cmd_unassemble(struct call *c)
{
    int count = c->format.count ? c->format.count : 10;
    uint32_t addr = (uint32_t)call_number(c, "addr", cmdmem_reg(c, "pc"));

    count = (int)call_within(c, "count", count < MOST ? count : MOST, 0, MOST);
    disassemble(c, addr, c->bad ? 0 : count, true);
}

void cmd_step(struct call *c)
{
    struct session *s = c->s;
    int64_t n = call_number(c, "count", 1);

    if (n < 1 || n > 10000000) {
        call_fail(c, "count", "1 to 10000000");
        return;
    }
    if (c->way != BY_SCRIPT)            /* which waits by running */
        session_pause(s, true);
    for (int64_t i = 0; i < n && session_step(s); i++)
        if (n <= STEPS_SHOWN)
            disassemble(c, cmdmem_reg(c, "pc"), 1, true);
    if (n > STEPS_SHOWN)
        disassemble(c, cmdmem_reg(c, "pc"), 1, true);
}

/* ---- dumps ---- */

static void dump(struct call *c, uint32_t addr, int count, bool virt)
{
    char format = c->format.format ? c->format.format : 'x';
    int size = bytes_of(c->format.size ? c->format.size
                                       : format == 'c' ? 'b' : 'w');
    int per_line = (format == 'c' ? 8 : 16) / size;

    for (int i = 0; i < count; i++, addr += (uint32_t)size) {
        uint8_t b[8] = { 0 };
        uint64_t v = 0;

        if (i % per_line == 0)
            call_print(c, virt ? "%s%08x:" : "%s00000000%08x:", i ? "\n" : "",
                      addr);
        if (cmdmem_peek(c, addr, b, (size_t)size, virt) < (size_t)size) {
            call_print(c, " cannot access memory");
            break;
        }
        for (int k = size; k-- > 0;)
            v = v << 8 | b[k];
        call_print(c, " ");
        print_value(c, v, format, size);
    }
    call_print(c, "\n");
}

static void cmdmem_examine(struct call *c, bool virt)
{
    uint32_t addr = (uint32_t)call_number(c, "addr", 0);
    int count = c->format.count ? c->format.count : 1;

    if (count > MOST)
        call_fail(c, "format", "at most %d values", MOST);
    else if (c->format.format == 'i')
        disassemble(c, addr, count, virt);
    else
        dump(c, addr, count, virt);
}

void cmd_x(struct call *c)  { cmdmem_examine(c, true); }
void cmd_xp(struct call *c) { cmdmem_examine(c, false); }

/* ---- ports ---- */

static bool port(struct call *c, uint16_t *p, int *size)
{
    *p = (uint16_t)call_within(c, "port", 0, 0, 0xffff);
    *size = bytes_of(c->format.size ? c->format.size : 'b');
    if (*size > 4)
        call_fail(c, "format", "b, h or w");
    return !c->bad;
}

void cmd_in(struct call *c)
{
    uint16_t p;
    int size;

    if (!port(c, &p, &size))
        return;
    call_print(c, "port%c[0x%04x] = 0x%0*x\n", "?bw?l"[size], p, 2 * size,
              pc_port_in(c->s->pc, p, size));
}

void cmd_out(struct call *c)
{
    uint16_t p;
    int size;

    if (port(c, &p, &size))
        pc_port_out(c->s->pc, p, size, (uint32_t)call_number(c, "value", 0));
}

/* ---- files ---- */

static void cmdmem_save(struct call *c, bool virt)
{
    int64_t addr = call_within(c, "addr", 0, 0, 0xffffffff);
    int64_t size = call_number(c, "size", 0);
    char why[PC_WHY];

    if (size < 0)
        call_fail(c, "size", "is negative");
    else if (!c->bad && !memory_save(c->s, call_text(c, "filename"),
                                     (uint32_t)addr, (uint64_t)size, virt,
                                     why))
        call_fail(c, NULL, "%s", why);
}

void cmd_memsave(struct call *c)  { cmdmem_save(c, true); }
void cmd_pmemsave(struct call *c) { cmdmem_save(c, false); }
