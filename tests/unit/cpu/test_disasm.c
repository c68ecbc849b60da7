/* test_disasm.c - the disassembler prints what ndisasm 2.16 prints. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/block.h"
#include "tests/lib/seeds.h"

static const struct {
    int bits;
    const char *bytes, *text;
} rows[] = {
    { 16, "00c3", "add bl,al" },
    { 16, "0107", "add [bx],ax" },
    { 16, "8b0e3412", "mov cx,[0x1234]" },
    { 16, "035ffe", "add bx,[bx-0x2]" },
    { 16, "83c105", "add cx,byte +0x5" },
    { 16, "81c13412", "add cx,0x1234" },
    { 16, "80073f", "add byte [bx],0x3f" },
    { 16, "266a05", "es push byte +0x5" },
    { 16, "2e8b07", "mov ax,[cs:bx]" },
    { 16, "a13412", "mov ax,[0x1234]" },
    { 16, "a23412", "mov [0x1234],al" },
    { 16, "89e5", "mov bp,sp" },
    { 16, "8ec0", "mov es,ax" },
    { 16, "8cd8", "mov ax,ds" },
    { 16, "c45f02", "les bx,[bx+0x2]" },
    { 16, "50", "push ax" },
    { 16, "5d", "pop bp" },
    { 16, "06", "push es" },
    { 16, "1f", "pop ds" },
    { 16, "40", "inc ax" },
    { 16, "4b", "dec bx" },
    { 16, "90", "nop" },
    { 16, "0f01e0", "smsw ax" },
    { 32, "0f01e0", "smsw eax" },
    { 16, "660f00c3", "sldt ebx" },
    { 32, "660f00cb", "str bx" },
    { 16, "660f0120", "o32 smsw [bx+si]" },
    { 16, "6726a1fb3eb921", "mov ax,[es:dword 0x21b93efb]" },
    { 16, "67268b05fb3eb921", "mov ax,[dword es:0x21b93efb]" },
    { 16, "0fb707", "movzx ax,word [bx]" },
    { 32, "66c20500", "retnw 0x5" },
    { 16, "66c20500", "retd 0x5" },
    { 32, "66c3", "retw" },
    { 32, "0f6ec8", "movd mm1,eax" },
    { 32, "0f6e08", "movd mm1,dword [eax]" },
    { 16, "0f7ec8", "movd eax,mm1" },
    { 32, "0f7e08", "movd dword [eax],mm1" },
    { 32, "0f60c8", "punpcklbw mm1,mm0" },
    { 32, "0f6008", "punpcklbw mm1,[eax]" },
    { 32, "0f71d105", "psrlw mm1,0x5" },
    { 32, "0f7f08", "movq [eax],mm1" },
    { 32, "0f7fc8", "movq mm0,mm1" },
    { 16, "0f77", "emms" },
    { 32, "0f33", "rdpmc" },
    { 16, "91", "xchg ax,cx" },
    { 16, "86c4", "xchg al,ah" },
    { 16, "8707", "xchg ax,[bx]" },
    { 16, "98", "cbw" },
    { 16, "99", "cwd" },
    { 16, "cd21", "int 0x21" },
    { 16, "cc", "int3" },
    { 16, "c3", "ret" },
    { 16, "c20400", "ret 0x4" },
    { 16, "cb", "retf" },
    { 16, "ca0200", "retf 0x2" },
    { 16, "cf", "iret" },
    { 16, "9c", "pushf" },
    { 16, "9d", "popf" },
    { 16, "e80010", "call 0x1003" },
    { 16, "e9fd0f", "jmp 0x1000" },
    { 16, "ebfe", "jmp short 0x0" },
    { 16, "74fe", "jz 0x0" },
    { 16, "0f840010", "jz near 0x1004" },
    { 16, "e2fe", "loop 0x0" },
    { 16, "e3fe", "jcxz 0x0" },
    { 16, "ea34127856", "jmp 0x5678:0x1234" },
    { 16, "9a34127856", "call 0x5678:0x1234" },
    { 16, "ff17", "call [bx]" },
    { 16, "ff1f", "call far [bx]" },
    { 16, "ff27", "jmp [bx]" },
    { 16, "ff2f", "jmp far [bx]" },
    { 16, "ff37", "push word [bx]" },
    { 16, "f3a4", "rep movsb" },
    { 16, "f3a5", "rep movsw" },
    { 16, "26ac", "es lodsb" },
    { 16, "f3a6", "repe cmpsb" },
    { 16, "f2ae", "repne scasb" },
    { 16, "f2aa", "repne stosb" },
    { 16, "6c", "insb" },
    { 16, "6f", "outsw" },
    { 16, "d0e0", "shl al,1" },
    { 16, "d1e8", "shr ax,1" },
    { 16, "d3f8", "sar ax,cl" },
    { 16, "c1e004", "shl ax,byte 0x4" },
    { 16, "c0e804", "shr al,byte 0x4" },
    { 16, "d017", "rcl byte [bx],1" },
    { 16, "f6e3", "mul bl" },
    { 16, "f7f9", "idiv cx" },
    { 16, "f61f", "neg byte [bx]" },
    { 16, "f717", "not word [bx]" },
    { 16, "f60780", "test byte [bx],0x80" },
    { 16, "f7c73412", "test di,0x1234" },
    { 16, "d40a", "aam" },
    { 16, "d505", "aad 0x5" },
    { 16, "27", "daa" },
    { 16, "3f", "aas" },
    { 16, "d7", "xlatb" },
    { 16, "e460", "in al,0x60" },
    { 16, "e643", "out 0x43,al" },
    { 16, "ec", "in al,dx" },
    { 16, "ef", "out dx,ax" },
    { 16, "f0ff07", "lock inc word [bx]" },
    { 16, "fe07", "inc byte [bx]" },
    { 16, "c8100001", "enter 0x10,0x1" },
    { 16, "c9", "leave" },
    { 16, "60", "pusha" },
    { 16, "07", "pop es" },
    { 16, "6207", "bound ax,[bx]" },
    { 16, "6bc005", "imul ax,ax,byte +0x5" },
    { 16, "69c03412", "imul ax,ax,word 0x1234" },
    { 16, "6663c0", "o32 arpl ax,ax" },
    { 16, "66b878563412", "mov eax,0x12345678" },
    { 16, "668b07", "mov eax,[bx]" },
    { 16, "67668b07", "mov eax,[edi]" },
    { 16, "b607", "mov dh,0x7" },
    { 16, "660fb7c3", "movzx eax,bx" },
    { 16, "0fafc1", "imul ax,cx" },
    { 16, "0fa307", "bt [bx],ax" },
    { 16, "0fba2705", "bt word [bx],byte 0x5" },
    { 16, "0fab07", "bts [bx],ax" },
    { 16, "0fbcc1", "bsf ax,cx" },
    { 16, "0fa4c304", "shld bx,ax,0x4" },
    { 16, "0fadc3", "shrd bx,ax,cl" },
    { 16, "0f95c0", "setnz al" },
    { 16, "0f44c1", "cmovz ax,cx" },
    { 16, "660fc8", "bswap eax" },
    { 16, "0fb0c3", "cmpxchg bl,al" },
    { 16, "0fc1c3", "xadd bx,ax" },
    { 16, "0fc70f", "cmpxchg8b qword [bx]" },
    { 16, "0f01161000", "lgdt [0x10]" },
    { 16, "0f011e1000", "lidt [0x10]" },
    { 16, "0f01e0", "smsw ax" },
    { 16, "0f01f0", "lmsw ax" },
    { 16, "0f00d8", "ltr ax" },
    { 16, "0f20c0", "mov eax,cr0" },
    { 16, "0f22d8", "mov cr3,eax" },
    { 16, "0f23c0", "mov dr0,eax" },
    { 16, "0f06", "clts" },
    { 16, "0f0b", "ud2" },
    { 16, "0f31", "rdtsc" },
    { 16, "0fa2", "cpuid" },
    { 16, "f4", "hlt" },
    { 16, "fa", "cli" },
    { 16, "fb", "sti" },
    { 16, "f8", "clc" },
    { 16, "fd", "std" },
    { 16, "d6", "salc" },
    { 16, "63c0", "arpl ax,ax" },
    { 16, "07", "pop es" },
    { 16, "c507", "lds ax,[bx]" },
    { 16, "0fb207", "lss ax,[bx]" },
    { 16, "8d4702", "lea ax,[bx+0x2]" },
    { 16, "8d5eff", "lea bx,[bp-0x1]" },
    { 16, "8f07", "pop word [bx]" },
    { 16, "ff363412", "push word [0x1234]" },
    { 16, "c7073412", "mov word [bx],0x1234" },
    { 16, "c60712", "mov byte [bx],0x12" },
    { 16, "b012", "mov al,0x12" },
    { 16, "b83412", "mov ax,0x1234" },
    { 32, "01c8", "add eax,ecx" },
    { 32, "8b0424", "mov eax,[esp]" },
    { 32, "8b4508", "mov eax,[ebp+0x8]" },
    { 32, "8b44240c", "mov eax,[esp+0xc]" },
    { 32, "8b0c8d78563412", "mov ecx,[ecx*4+0x12345678]" },
    { 32, "8d0c48", "lea ecx,[eax+ecx*2]" },
    { 32, "8b0578563412", "mov eax,[dword 0x12345678]" },
    { 32, "a178563412", "mov eax,[0x12345678]" },
    { 32, "83ec10", "sub esp,byte +0x10" },
    { 32, "81ec00010000", "sub esp,0x100" },
    { 32, "6810000000", "push dword 0x10" },
    { 32, "6a05", "push byte +0x5" },
    { 32, "6afb", "push byte -0x5" },
    { 32, "50", "push eax" },
    { 32, "6650", "push ax" },
    { 32, "e800100000", "call 0x1005" },
    { 32, "0f85fb0f0000", "jnz near 0x1001" },
    { 32, "75fe", "jnz 0x0" },
    { 32, "ff1578563412", "call [dword 0x12345678]" },
    { 32, "ff248578563412", "jmp [eax*4+0x12345678]" },
    { 32, "f3a5", "rep movsd" },
    { 32, "f3ab", "rep stosd" },
    { 32, "66ab", "stosw" },
    { 32, "66ad", "lodsw" },
    { 32, "67ad", "a16 lodsd" },
    { 32, "8b07", "mov eax,[edi]" },
    { 32, "668b07", "mov ax,[edi]" },
    { 32, "678b07", "mov eax,[bx]" },
    { 32, "c1e010", "shl eax,byte 0x10" },
    { 32, "d1f8", "sar eax,1" },
    { 32, "d3e0", "shl eax,cl" },
    { 32, "0fb6c0", "movzx eax,al" },
    { 32, "0fb700", "movzx eax,word [eax]" },
    { 32, "0fbe4001", "movsx eax,byte [eax+0x1]" },
    { 32, "0fa3c8", "bt eax,ecx" },
    { 32, "0fba6a0407", "bts dword [edx+0x4],byte 0x7" },
    { 32, "0fabc8", "bts eax,ecx" },
    { 32, "0faf450c", "imul eax,[ebp+0xc]" },
    { 32, "69c0e8030000", "imul eax,eax,dword 0x3e8" },
    { 32, "6bc00a", "imul eax,eax,byte +0xa" },
    { 32, "0f44c1", "cmovz eax,ecx" },
    { 32, "0fc8", "bswap eax" },
    { 32, "0fc10a", "xadd [edx],ecx" },
    { 32, "f00fc10a", "lock xadd [edx],ecx" },
    { 32, "0fb10a", "cmpxchg [edx],ecx" },
    { 32, "0fc70e", "cmpxchg8b qword [esi]" },
    { 32, "0f20c0", "mov eax,cr0" },
    { 32, "0f22e0", "mov cr4,eax" },
    { 32, "0f011578563412", "lgdt [dword 0x12345678]" },
    { 32, "0f013b", "invlpg [ebx]" },
    { 32, "9c", "pushf" },
    { 32, "9d", "popf" },
    { 32, "cf", "iret" },
    { 32, "c3", "ret" },
    { 32, "c20800", "ret 0x8" },
    { 32, "669c", "pushfw" },
    { 32, "66c3", "retw" },
    { 32, "66cb", "retfw" },
    { 32, "cb", "retf" },
    { 32, "ea785634120800", "jmp 0x8:0x12345678" },
    { 32, "9a785634121000", "call 0x10:0x12345678" },
    { 32, "ff28", "jmp far [eax]" },
    { 32, "ff18", "call far [eax]" },
    { 32, "c8100000", "enter 0x10,0x0" },
    { 32, "cd80", "int 0x80" },
    { 32, "f6c101", "test cl,0x1" },
    { 32, "f7c101000000", "test ecx,0x1" },
    { 32, "8ed8", "mov ds,eax" },
    { 32, "8cd8", "mov eax,ds" },
    { 32, "1e", "push ds" },
    { 32, "0fa0", "push fs" },
    { 32, "658b00", "mov eax,[gs:eax]" },
    { 32, "b600", "mov dh,0x0" },
    { 32, "64a118000000", "mov eax,[fs:0x18]" },
    { 32, "0f95c0", "setnz al" },
    { 32, "e3fe", "jecxz 0x0" },
    { 32, "e2fe", "loop 0x0" },
    { 32, "67e2fe", "loop 0x1,cx" },
    { 32, "67e3fe", "jcxz 0x1" },
    { 32, "0fc9", "bswap ecx" },
};

static struct cpu cpu;
static struct mem mem;
static struct bus bus;
static struct clk clk = { .ps_per_insn = 1000 };

static u32 parse(const char *hex, u8 *bytes)
{
    u32 n = 0;

    for (; hex[2 * n]; n++) {
        char two[3] = { hex[2 * n], hex[2 * n + 1], 0 };

        bytes[n] = (u8)strtoul(two, NULL, 16);
    }
    return n;
}

static void machine(struct cpu_model *m)
{
    *m = *cpu_model_find("pentium2");
    ck_assert_int_eq(cpu_init(&cpu, m, &mem, &bus, &clk, NULL), ERR_OK);
}

START_TEST(text)
{
    struct cpu_model m;
    char s[100];
    u8 b[16];
    u32 n = parse(rows[_i].bytes, b);

    machine(&m);
    cpu.mode = MODE_PROT | (rows[_i].bits == 32 ? MODE_CS32 : 0);
    ck_assert_uint_eq(insn_disasm(&cpu, b, n, 0, s, sizeof s), n);
    ck_assert_str_eq(s, rows[_i].text);
    cpu_free(&cpu);
}
END_TEST

/* Whatever the bytes, the text fits its buffer and the length makes sense. */
START_TEST(any_bytes)
{
    struct cpu_model m;
    u32 seed = 1;

    machine(&m);
    for (int k = 0; k < (int)seeds_for(200000); k++) {
        char s[12];
        u8 b[16];
        int len;

        for (int n = 0; n < 16; n++)
            b[n] = (u8)((seed = seed * 1664525 + 1013904223) >> 24);
        cpu.mode = k & 3;
        len = insn_disasm(&cpu, b, 1 + k % 16, 0xfff0, s, sizeof s);
        ck_assert_int_ge(len, 1);
        ck_assert_int_le(len, 1 + k % 16);
        ck_assert(memchr(s, 0, sizeof s) && *s);
    }
    cpu_free(&cpu);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("disasm");
    TCase *t = tcase_create("ndisasm");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, text, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, any_bytes);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
