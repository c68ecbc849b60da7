/* monmem.c - monitor commands about memory, ports and instructions. */
#include <stdlib.h>
#include <string.h>

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

static void print_char(struct mon *m, int ch)
{
    if (ch == '\'' || ch == '\\')
        mon_print(m, "'\\%c'", ch);
    else if (ch >= ' ' && ch < 0x7f)
        mon_print(m, "'%c'", ch);
    else
        mon_print(m, "'\\x%02x'", ch);
}

static void print_value(struct mon *m, uint64_t v, char format, int bytes)
{
    static const int decimal[9] = { 0, 3, 5, 0, 10, 0, 0, 0, 20 };
    static const int octal[9] = { 0, 3, 6, 0, 11, 0, 0, 0, 22 };
    unsigned long long u = v;

    if (bytes < 8)
        u &= (1ull << 8 * bytes) - 1;
    switch (format) {
    case 'd':
        mon_print(m, "%*lld", decimal[bytes] + 1,
                  (long long)sign_extend(u, bytes));
        break;
    case 'u': mon_print(m, "%*llu", decimal[bytes], u); break;
    case 'o': mon_print(m, "0%0*llo", octal[bytes], u); break;
    case 'c': print_char(m, (int)(u & 0xff)); break;
    default:  mon_print(m, "0x%0*llx", 2 * bytes, u);
    }
}

void mon_print_value(struct mon *m)
{
    unsigned long long v = (unsigned long long)m->arg[0].n;

    switch (m->format.format) {
    case 'd': mon_print(m, "%lld\n", (long long)v); break;
    case 'u': mon_print(m, "%llu\n", v); break;
    case 'o': mon_print(m, "0%llo\n", v); break;
    case 'c': print_char(m, (int)(v & 0xff)); mon_print(m, "\n"); break;
    default:  mon_print(m, "0x%llx\n", v);
    }
}

/* ---- instructions ---- */

static size_t peek(struct mon *m, uint32_t addr, void *p, size_t n, bool virt)
{
    if (virt)
        return pc_peek_virtual(m->s->pc, addr, p, n);
    pc_memory(m->s->pc, addr, p, n);
    return n;
}

static uint32_t reg(struct mon *m, const char *name)
{
    uint32_t v = 0;

    pc_register(m->s->pc, name, &v);
    return v;
}

/* Branch targets are offsets in the code segment, as the guest's listing has
 * them; the address in front is linear (or physical). */
static void disassemble(struct mon *m, uint32_t addr, int count, bool virt)
{
    uint32_t base = reg(m, "cs.base");
    uint8_t bytes[INSN];
    char text[80];

    while (count-- > 0) {
        size_t n = peek(m, addr, bytes, sizeof bytes, virt);
        int len = pc_disasm(m->s->pc, 0, bytes, n, addr - base, text,
                            sizeof text);

        if (!n) {
            mon_print(m, "0x%08x: cannot access memory\n", addr);
            return;
        }
        mon_print(m, "0x%08x: ", addr);
        for (int i = 0; i < 8 || i < len; i++)
            mon_print(m, i < len ? " %02x" : "   ", bytes[i % INSN]);
        mon_print(m, "  %s\n", text);
        addr += (uint32_t)len;
    }
}

void mon_unassemble(struct mon *m)
{
    int count = m->arg[1].given ? (int)(m->arg[1].n & 0xffff)
                                : m->format.count ? m->format.count : 10;

    disassemble(m, m->arg[0].given ? (uint32_t)m->arg[0].n : reg(m, "pc"),
                count < MOST ? count : MOST, true);
}

void mon_step(struct mon *m)
{
    struct session *s = m->s;
    int64_t n = m->arg[0].given ? m->arg[0].n : 1;

    if (n < 1 || n > 10000000) {
        mon_error(m, "count: 1 to 10000000");
        return;
    }
    session_pause(s, true);
    for (int64_t i = 0; i < n && session_step(s); i++)
        if (n <= STEPS_SHOWN)
            disassemble(m, reg(m, "pc"), 1, true);
    if (n > STEPS_SHOWN)
        disassemble(m, reg(m, "pc"), 1, true);
}

/* ---- dumps ---- */

static void dump(struct mon *m, uint32_t addr, int count, bool virt)
{
    char format = m->format.format ? m->format.format : 'x';
    int size = bytes_of(m->format.size ? m->format.size
                                       : format == 'c' ? 'b' : 'w');
    int per_line = (format == 'c' ? 8 : 16) / size;

    for (int i = 0; i < count; i++, addr += (uint32_t)size) {
        uint8_t b[8] = { 0 };
        uint64_t v = 0;

        if (i % per_line == 0)
            mon_print(m, virt ? "%s%08x:" : "%s00000000%08x:", i ? "\n" : "",
                      addr);
        if (peek(m, addr, b, (size_t)size, virt) < (size_t)size) {
            mon_print(m, " cannot access memory");
            break;
        }
        for (int k = size; k-- > 0;)
            v = v << 8 | b[k];
        mon_print(m, " ");
        print_value(m, v, format, size);
    }
    mon_print(m, "\n");
}

static void examine(struct mon *m, bool virt)
{
    uint32_t addr = (uint32_t)m->arg[0].n;
    int count = m->format.count ? m->format.count : 1;

    if (count > MOST)
        mon_error(m, "format: at most %d values", MOST);
    else if (m->format.format == 'i')
        disassemble(m, addr, count, virt);
    else
        dump(m, addr, count, virt);
}

void mon_x(struct mon *m)  { examine(m, true); }
void mon_xp(struct mon *m) { examine(m, false); }

/* ---- ports ---- */

static bool port(struct mon *m, uint16_t *p, int *size)
{
    *p = (uint16_t)m->arg[0].n;
    *size = bytes_of(m->format.size ? m->format.size : 'b');
    if (m->arg[0].n < 0 || m->arg[0].n > 0xffff)
        mon_error(m, "port: 0 to 0xffff");
    else if (*size > 4)
        mon_error(m, "format: b, h or w");
    return !m->bad;
}

void mon_in(struct mon *m)
{
    uint16_t p;
    int size;

    if (!port(m, &p, &size))
        return;
    mon_print(m, "port%c[0x%04x] = 0x%0*x\n", "?bw?l"[size], p, 2 * size,
              pc_port_in(m->s->pc, p, size));
}

void mon_out(struct mon *m)
{
    uint16_t p;
    int size;

    if (port(m, &p, &size))
        pc_port_out(m->s->pc, p, size, (uint32_t)m->arg[1].n);
}

/* ---- files ---- */

static void save(struct mon *m, bool virt)
{
    char why[PC_WHY];

    if (m->arg[0].n < 0 || m->arg[0].n > 0xffffffff)
        mon_error(m, "addr: 0 to 0xffffffff");
    else if (m->arg[1].n < 0)
        mon_error(m, "size: is negative");
    else if (!memory_save(m->s, m->arg[2].text, (uint32_t)m->arg[0].n,
                          (uint64_t)m->arg[1].n, virt, why))
        mon_error(m, "%s", why);
}

void mon_memsave(struct mon *m)  { save(m, true); }
void mon_pmemsave(struct mon *m) { save(m, false); }
