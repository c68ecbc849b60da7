/* test_pc.c - the whole machine through pc.h: input, and why a run ends. */
#include <check.h>
#include <sys/time.h>

#include "tests/lib/pcbed.h"

/* ---- input ---- */

/* Sends each key's character to E9. */
#define ECHO_KEYS 0xb4, 0x00, 0xcd, 0x16, 0xe6, 0xe9, 0xeb, 0xf8

START_TEST(keys_arrive_in_order)
{
    static const uint16_t code[] = { 0x1e, 0x30, 0x2e, 0x20, 0x12 };
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(ECHO_KEYS));

    pc_run(pc, 500 * MS, 0);
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < 5; i++) {
            ck_assert(pc_key(pc, code[i], true));
            ck_assert(pc_key(pc, code[i], false));
        }
    ck_assert_int_eq(pc_keys_pending(pc), 30);
    pc_run(pc, 500 * MS, 0);
    ck_assert_int_eq(pc_keys_pending(pc), 0);
    ck_assert_str_eq(h.text, "abcdeabcdeabcde");
    pc_free(pc);
}
END_TEST

/* A state saved with keys held and on their way: none stays down. */
START_TEST(release_after_load)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(ECHO_KEYS));
    char why[PC_WHY] = "";
    size_t n;
    void *bytes;

    pc_run(pc, 500 * MS, 0);
    pc_key(pc, 0x2a, true);             /* Shift, a */
    pc_key(pc, 0x1e, true);
    pc_run(pc, 100 * MS, 0);
    pc_key(pc, 0x30, true);             /* b, in the queue yet */
    bytes = pc_save_bytes(pc, &n);
    ck_assert_msg(pc_load_bytes(pc, bytes, n, why), "%s", why);
    free(bytes);
    pc_release(pc);
    pc_run(pc, 2000 * MS, 0);
    ck_assert_str_eq(h.text, "AB");     /* no key repeats */
    for (int i = 0; i < 2; i++) {
        pc_key(pc, i ? 0x30 : 0x1e, true);
        pc_key(pc, i ? 0x30 : 0x1e, false);
    }
    pc_run(pc, 100 * MS, 0);
    ck_assert_str_eq(h.text, "ABab");
    pc_free(pc);
}
END_TEST

START_TEST(full_queue)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xfa, 0xf4));    /* cli; hlt */
    struct pc_medium m = { .path = letter_disk("b.img", 'b', 1474560) };
    char why[PC_WHY];
    int n = 0;

    pc_run(pc, 500 * MS, 0);
    while (n < 10000 && pc_key(pc, 0x1e, n % 2 == 0))
        n++;
    ck_assert_int_ge(n, 100);
    ck_assert_int_lt(n, 10000);
    ck_assert(!pc_mouse(pc, 1, 1, 0, 0));
    ck_assert(!pc_receive(pc, PC_COM1, 'x'));
    ck_assert(!pc_insert(pc, PC_FDA, &m, why));
    ck_assert_ptr_nonnull(strstr(why, "queue is full"));
    pc_eject(pc, PC_FDA);
    pc_set_pace(pc, 1000);
    pc_run(pc, 2000 * MS, 0);           /* nobody takes them */
    ck_assert(!pc_key(pc, 0x1e, true) || pc_keys_pending(pc) > 0);
    pc_free(pc);
}
END_TEST

/* Polls COM1 and sends on to E9 what it receives. */
START_TEST(serial_arrives_in_order)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0xb8, 0xe3, 0x00, 0x31, 0xd2, 0xcd, 0x14,       /* 9600 bits/s */
        0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xf8, 0xba, 0xf8, 0x03,
        0xec, 0xe6, 0xe9, 0xeb, 0xf0));
    const char *p = "The quick brown fox";

    pc_run(pc, 500 * MS, 0);
    for (; *p; p++)
        ck_assert(pc_receive(pc, PC_COM1, (uint8_t)*p));
    ck_assert(!pc_receive(pc, PC_LPT1, 'x'));
    ck_assert(!pc_receive(pc, (enum pc_channel)99, 'x'));
    pc_run(pc, 500 * MS, 0);
    ck_assert_str_eq(h.text, "The quick brown fox");
    pc_free(pc);
}
END_TEST

/* The same at 115,200: as much at once as fits, at the line's pace, and a port
 * that nobody reads does not stop the other. */
START_TEST(serial_arrives_at_full_rate)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0xba, 0xfb, 0x03, 0xb0, 0x83, 0xee, 0xba, 0xf8, 0x03, 0xb8, 0x01,
        0x00, 0xef, 0xba, 0xfb, 0x03, 0xb0, 0x03, 0xee,
        0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xf8, 0xba, 0xf8, 0x03,
        0xec, 0xe6, 0xe9, 0xeb, 0xf0));
    size_t sent = 0;
    void *state;
    size_t n;

    pc_run(pc, 500 * MS, 0);
    while (pc_receive(pc, PC_COM2, 'x'))
        ;
    for (int slice = 0; slice < 20; slice++) {
        while (sent < HEARD && pc_receive(pc, PC_COM1, (uint8_t)(sent % 251)))
            sent++;
        pc_run(pc, 10 * MS, 0);
        state = pc_save_bytes(pc, &n);  /* what waits is part of it */
        ck_assert(pc_load_bytes(pc, state, n, NULL));
        free(state);
    }
    ck_assert_uint_gt(h.n, 0.95 * 11520 * 0.2);
    ck_assert_uint_le(h.n, 11520 * 0.2 + 1);
    for (size_t i = 0; i < h.n; i++)
        ck_assert_uint_eq((uint8_t)h.text[i], i % 251);
    pc_free(pc);
}
END_TEST

START_TEST(a_held_port)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xfa, 0xf4));

    for (size_t i = 0; i < 4; i++) {
        static const enum pc_channel channel[] = { PC_COM1, PC_COM2, PC_LPT1,
                                                   PC_DEBUGCON };
        enum pc_channel ch = channel[i];

        ck_assert(pc_hold(pc, ch, true));
        pc_run(pc, MS, 0);
        ck_assert_int_eq(pc_is_held(pc, ch), ch != PC_DEBUGCON);
        pc_hold(pc, ch, false);
        pc_run(pc, MS, 0);
        ck_assert(!pc_is_held(pc, ch));
    }
    pc_free(pc);
}
END_TEST

START_TEST(any_input_is_harmless)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(ECHO_KEYS));

    for (uint32_t k = 0; k < 0x10000; k += 97) {
        pc_key(pc, (uint16_t)k, k & 1);
        pc_mouse(pc, (int)(k << 16), INT32_MIN, INT32_MAX, k);
        pc_receive(pc, (enum pc_channel)(k % 4), (uint8_t)k);
        pc_run(pc, MS, 0);
    }
    pc_set_pace(pc, 0);
    pc_run(pc, MS, 0);
    pc_set_pace(pc, UINT32_MAX);
    pc_run(pc, MS, 0);
    pc_free(pc);
}
END_TEST

/* ---- why a run ends ---- */

START_TEST(run_reasons)
{
    static const struct { int stop, why; uint8_t code[16]; } rows[] = {
        /* mov al,5; out f4,al; hlt */
        { 0, PC_EXIT, { 0xb0, 0x05, 0xe6, 0xf4, 0xf4 } },
        /* mov al,fe; out 64,al; hlt */
        { PC_REBOOT, PC_REBOOT, { 0xb0, 0xfe, 0xe6, 0x64, 0xf4 } },
        /* lidt [7c08]; int3; six zero bytes at 7c08 */
        { PC_SHUTDOWN | PC_REBOOT, PC_SHUTDOWN | PC_REBOOT,
          { 0x0f, 0x01, 0x1e, 0x08, 0x7c, 0xcc } },
        /* hlt */
        { PC_FRAME, PC_FRAME, { 0xfa, 0xf4 } },
        { 0, PC_TIME, { 0xfa, 0xf4 } },
    };
    struct heard h;
    struct pc *pc = boot_code(&h, rows[_i].code, 16);

    if (rows[_i].stop & PC_FRAME)       /* POST's frames do not count */
        pc_run(pc, 500 * MS, 0);
    ck_assert_int_eq(pc_run(pc, 2000 * MS, rows[_i].stop), rows[_i].why);
    if (rows[_i].why == PC_EXIT)
        ck_assert_int_eq(pc_exit_code(pc), 11);
    if (rows[_i].why != PC_TIME)
        ck_assert_int_lt(pc_now(pc), 2000 * MS);
    pc_free(pc);
}
END_TEST

/* Borland's CRT unit: counts a tick and divides by 55. 'F': divide error. */
START_TEST(delay_loop_calibration)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x00, 0x3f, 0x7c,
        0x8c, 0x0e, 0x02, 0x00, 0xb8, 0x40, 0x00, 0x8e, 0xc0, 0xbf,
        0x6c, 0x00, 0x26, 0x8a, 0x1d, 0x26, 0x3a, 0x1d, 0x74, 0xfb,
        0x26, 0x8a, 0x1d, 0xb8, 0xe4, 0xff, 0x99, 0x83, 0xe8, 0x01,
        0x83, 0xda, 0x00, 0x72, 0x05, 0x26, 0x3a, 0x1d, 0x74, 0xf3,
        0xf7, 0xd0, 0xf7, 0xd2, 0xb9, 0x37, 0x00, 0xf7, 0xf1, 0xb0,
        0x4f, 0xeb, 0x02, 0xb0, 0x46, 0xe6, 0xe9, 0xeb, 0xfe));

    pc_set_pace(pc, _i ? 2000 : pc_fastest_pace(pc));
    pc_run(pc, 2000 * MS, 0);
    ck_assert_int_eq(heard_last(&h), _i ? 'F' : 'O');
    pc_free(pc);
}
END_TEST

START_TEST(power_off)
{
    /* mov si,7c10; mov dx,8900; mov cx,8; rep outsb; cli; hlt */
    uint8_t code[64] = { 0xbe, 0x10, 0x7c, 0xba, 0x00, 0x89, 0xb9, 0x08,
                         0x00, 0xfc, 0xf3, 0x6e, 0xfa, 0xf4 };
    struct heard h;
    struct pc *pc;

    memcpy(code + 16, "Shutdown", 8);
    pc = boot_code(&h, code, sizeof code);
    ck_assert_int_eq(pc_run(pc, 2000 * MS, 0), PC_OFF);
    pc_free(pc);
}
END_TEST

START_TEST(reset_button)
{
    /* mov al,'B'; out e9,al; cli; hlt */
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xb0, 0x42, 0xe6, 0xe9, 0xfa, 0xf4));

    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "B");
    pc_reset(pc);
    ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_REBOOT), PC_REBOOT);
    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "BB");
    pc_free(pc);
}
END_TEST

/* Ports 61 and 70 let it through; cli; hlt; then bit 6 of port 61 to port E9:
 * the switch ends the HLT, with the BIOS's handler in between. */
START_TEST(nmi_switch)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xb0, 0x00, 0xe6, 0x61, 0xe6, 0x70,
                                       0x31, 0xc0, 0x8e, 0xd8, 0xfa, 0xf4,
                                       0xe4, 0x61, 0x24, 0x40, 0xe6, 0xe9,
                                       0xfa, 0xf4));

    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "");
    pc_nmi(pc);
    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "@");
    pc_free(pc);
}
END_TEST

/* Loops in which no instruction ever completes still let time pass: a fault
 * whose handler faults, a triple fault at the reset vector. */
START_TEST(fault_loops_end)
{
    static const uint8_t code[][24] = {
        /* xor ax,ax; mov ds,ax; mov word [24],7c0c; mov [26],ax; at 7c0c:
         * an undefined opcode, whose handler is itself */
        { 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x18, 0x00, 0x0f, 0x7c, 0xa3,
          0x1a, 0x00, 0x90, 0x90, 0x0f, 0xff },
        /* div by zero, whose handler is the division */
        { 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x00, 0x0f, 0x7c, 0xa3,
          0x02, 0x00, 0x31, 0xc9, 0xf7, 0xf1 },
        /* int 0 .. whose handler is the same int */
        { 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x01, 0x0f, 0x7c, 0xa3,
          0x02, 0x01, 0x90, 0x90, 0xcd, 0x40 },
        /* jmp to itself with the trap flag, vector 1 being the same jmp:
         * pushf; pop ax; or ah,1; push ax; popf; jmp $ */
        { 0x9c, 0x58, 0x80, 0xcc, 0x01, 0x50, 0x9d, 0xeb, 0xfe },
    };
    struct heard h;
    struct pc *pc = boot_code(&h, code[_i], 24);

    alarm(20);
    ck_assert_int_eq(pc_run(pc, 100 * MS, 0), PC_TIME);
    alarm(0);
    pc_free(pc);
}
END_TEST

START_TEST(garbage_bios)
{
    static const uint8_t fill[] = { 0x00, 0xff, 0xf4, 0xcc, 0x0f, 0x62 };
    struct heard h;
    struct pc_config c = machine_config(&h);
    static uint8_t rom[65536];
    struct pc *pc;

    memset(rom, fill[_i], sizeof rom);
    ck_assert(file_make(in_dir("rom"), rom, sizeof rom, 0));
    c.bios = in_dir("rom");
    pc = make(&c);
    alarm(20);
    ck_assert_int_eq(pc_run(pc, 50 * MS, 0), PC_TIME);
    alarm(0);
    pc_free(pc);
}
END_TEST

/* ---- a run that is called back ---- */

static struct pc *called_back;

static void call_back(int sig)
{
    (void)sig;
    pc_hurry(called_back);
}

/* However often and whenever the host calls it back, it is the same run: here
 * through the BIOS's floppy reads, whose waits halt the CPU. */
START_TEST(called_back_any_time)
{
    const struct itimerval often = { { 0, 40 }, { 0, 40 } }, off = { 0 };
    struct pc_config c = machine_config(NULL);
    int64_t end = 60 * MS;
    struct pc *pc, *other;
    int times = 0;

    c.builtin_disk = true;
    pc = pc_new(&c, NULL);
    other = called_back = pc_new(&c, NULL);
    pc_run(pc, end, 0);
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = call_back }, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    while (pc_now(other) < end)
        times += pc_run(other, end - pc_now(other), 0) == PC_HURRIED;
    setitimer(ITIMER_REAL, &off, NULL);
    ck_assert_int_gt(times, 5);
    ck_assert_uint_eq(pc_hash(other), pc_hash(pc));
    pc_free(pc);
    pc_free(other);
}
END_TEST

static void add_run(TCase *t)
{
    tcase_add_test(t, keys_arrive_in_order);
    tcase_add_test(t, release_after_load);
    tcase_add_test(t, full_queue);
    tcase_add_test(t, serial_arrives_in_order);
    tcase_add_test(t, serial_arrives_at_full_rate);
    tcase_add_test(t, a_held_port);
    tcase_add_test(t, any_input_is_harmless);
    tcase_add_loop_test(t, run_reasons, 0, 5);
    tcase_add_loop_test(t, delay_loop_calibration, 0, 2);
    tcase_add_test(t, power_off);
    tcase_add_test(t, reset_button);
    tcase_add_test(t, nmi_switch);
    tcase_add_loop_test(t, fault_loops_end, 0, 4);
    tcase_add_loop_test(t, garbage_bios, 0, 6);
    tcase_add_test(t, called_back_any_time);
}

int main(void)
{
    return run_case("run", add_run);
}
