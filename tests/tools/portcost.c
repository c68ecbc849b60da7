/* portcost.c - what an access to each port costs the host, against the guest
 * time that it takes: a guest in a loop must not be able to make the host work
 * for longer than its own time.
 *
 *   portcost [ROUNDS]
 *
 * Random values go to random ports of the board, index registers among them,
 * so that each register is met in many states. The same run is made several
 * times, and an access has taken the shortest of its times, less the guest
 * time it took: what the host did meanwhile does not count. Ends with 1 where
 * that is above LIMIT_NS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/pc.h"

enum { PORTS = 65536, LIMIT_NS = 10000, SHOWN = 12, RUN = 100, PASSES = 4,
       BOOT_MS = 200 };

struct cost {
    int64_t worst;                      /* host ns above guest ns */
    uint32_t value;                     /* that was written then */
};

static struct cost costs[PORTS][2];
static uint32_t seed;
static int32_t *took;                   /* of each access, the shortest */
static long done;                       /* accesses of this pass */
static bool counting, last_pass;

static uint32_t dice(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % n;
}

static int64_t host_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void note(struct cost *c, int64_t ns, uint32_t value)
{
    int32_t *t = &took[done];

    if (!counting)
        return;
    done++;
    if (ns < *t)
        *t = (int32_t)ns;
    if (last_pass && *t > c->worst)
        *c = (struct cost){ *t, value };
}

/* A value that a register may take for something: few bits, or any. */
static uint32_t any_value(void)
{
    switch (dice(4)) {
    case 0:  return 1u << dice(16);
    case 1:  return dice(256);
    case 2:  return dice(64);
    default: return dice(65536);
    }
}

static void access_port(struct pc *pc, uint16_t port, bool out, int size,
                        uint32_t v)
{
    int64_t guest = pc_now(pc), host = host_ns();

    if (out)
        pc_port_out(pc, port, size, v);
    else
        pc_port_in(pc, port, size);
    host = host_ns() - host;
    note(&costs[port][out], host - (pc_now(pc) - guest), v);
}

/* What chance alone would hardly find: a large mode, set and cleared. */
static void set_mode(struct pc *pc)
{
    static const uint16_t regs[][2] = {
        { 4, 0 }, { 1, 1600 }, { 2, 1200 }, { 3, 32 }, { 4, 0x41 }, { 4, 0 },
        { 4, 0xc1 }, { 4, 0 }, { 3, 4 }, { 4, 0x41 },
    };

    for (size_t n = 0; n < sizeof regs / sizeof regs[0]; n++) {
        access_port(pc, 0x1ce, true, 2, regs[n][0]);
        access_port(pc, 0x1d0, true, 2, regs[n][1]);
    }
}

/* Most of them in runs, as an index and its data lie side by side. */
static void round_of(struct pc *pc, const uint16_t *ports, int n)
{
    int at = (int)dice((uint32_t)n);

    for (int i = 0; i < RUN; i++) {
        int near = at + (int)dice(6) - 3;

        access_port(pc, ports[(near + n) % n], dice(3) > 0,
                    1 << (dice(3) == 0), any_value());
    }
    if (dice(64) == 0)
        set_mode(pc);
    if (dice(4) == 0)
        pc_run(pc, 20000, 0);
}

/* Ports that somebody answers, from what the machine says of itself. */
static int find_ports(struct pc *pc, uint16_t *ports)
{
    char *text = pc_info(pc, "mtree"), *p = text;
    int n = 0;

    for (; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        unsigned first, last;

        if (sscanf(p, " %4x-%4x:", &first, &last) != 2 || last > 0xffff)
            continue;
        for (unsigned v = first; v <= last && n < PORTS; v++)
            ports[n++] = (uint16_t)v;
    }
    free(text);
    return n;
}

static int by_cost(const void *a, const void *b)
{
    const struct cost *x = &costs[0][0] + *(const int *)a;
    const struct cost *y = &costs[0][0] + *(const int *)b;
    int64_t d = y->worst - x->worst;

    return d < 0 ? -1 : d > 0;
}

static int report(void)
{
    static int order[2 * PORTS];
    int bad = 0;

    for (int n = 0; n < 2 * PORTS; n++)
        order[n] = n;
    qsort(order, 2 * PORTS, sizeof order[0], by_cost);
    puts("port       worst (host ns above guest ns), value");
    for (int n = 0; n < SHOWN; n++) {
        const struct cost *c = &costs[0][0] + order[n];

        printf("%04x %-3s %10lld  %04x\n", order[n] / 2,
               order[n] & 1 ? "out" : "in", (long long)c->worst, c->value);
        bad |= c->worst > LIMIT_NS;
    }
    return bad;
}

/* The first touch of a page is the host's affair, once for each. */
static void touch_all(struct pc *pc, uint32_t kib)
{
    static const uint8_t zero;

    for (uint32_t page = 0; page < kib / 4; page++)
        pc_poke(pc, page << 12, &zero, 1);
    set_mode(pc);
}

/* False when there is no machine. */
static bool pass(long rounds)
{
    static uint16_t ports[PORTS];
    struct pc_config c;
    struct pc *pc;
    char why[PC_WHY];
    int n;

    seed = 1;
    done = 0;
    pc_config_init(&c);
    c.builtin_disk = true;
    if (!(pc = pc_new(&c, why))) {
        fprintf(stderr, "%s\n", why);
        return false;
    }
    n = find_ports(pc, ports);
    counting = false;
    touch_all(pc, c.ram_kib);
    pc_reset(pc);
    pc_run(pc, BOOT_MS * INT64_C(1000000), 0);
    counting = true;
    while (n && rounds-- > 0)
        round_of(pc, ports, n);
    pc_free(pc);
    return n > 0;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 5000;
    long most = rounds * 2 * RUN;

    took = malloc((size_t)most * sizeof *took);
    for (long n = 0; took && n < most; n++)
        took[n] = INT32_MAX;
    for (int n = 1; took && n <= PASSES; n++) {
        last_pass = n == PASSES;
        if (!pass(rounds))
            return 2;
    }
    free(took);
    return report();
}
