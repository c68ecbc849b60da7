/* ndisasm_why.h - why our disassembler and nasm's may differ. */

static bool has(const char *text, const char *word)
{
    return strstr(text, word) != NULL;
}

static bool not_ours(const struct pair *p, int bits)
{
    (void)bits;
    return has(p->ours, "db ") || has(p->ours, "esc");
}

static bool is_prefix(u8 b)
{
    return b == 0x26 || b == 0x2e || b == 0x36 || b == 0x3e || b == 0xf0 ||
           (b >= 0x64 && b <= 0x67) || b == 0xf2 || b == 0xf3;
}

/* ndisasm then takes the prefixes for instructions of one byte. */
static bool not_theirs(const struct pair *p, int bits)
{
    (void)bits;
    return has(p->theirs, "db ") ||
           (p->their_len == 1 && is_prefix(p->bytes[0]));
}

static bool wait_first(const struct pair *p, int bits)
{
    (void)bits;
    return has(p->theirs, "wait") || has(p->ours, "wait");
}

static bool later_name(const struct pair *p, int bits)
{
    static const char *const names[] = { "xrelease", "xacquire", "bnd ",
                                         "pause", "hint_nop",
                                         "xmm", "lzcnt", "tzcnt" };

    (void)bits;
    if (p->our_len != p->their_len)
        return false;
    for (size_t n = 0; n < COUNT_OF(names); n++)
        if (has(p->theirs, names[n]))
            return true;
    return false;
}

/* Which of several prefixes of one kind shows. */
static bool many_prefixes(const struct pair *p, int bits)
{
    int n = 0;

    (void)bits;
    while (n < RANDOM && is_prefix(p->bytes[n]))
        n++;
    return n >= 2;
}

/* Without words that tell the size of an address. */
static void plain(const char *text, char *out)
{
    static const char *const words[] = { "a16 ", "a32 ", "[dword ", "[word " };

    while (*text) {
        for (size_t n = 0; n < COUNT_OF(words); n++)
            if (strncmp(text, words[n], strlen(words[n])) == 0) {
                if (*text == '[')
                    *out++ = '[';
                text += strlen(words[n]);
            }
        *out++ = *text;
        text += *text != 0;
    }
    *out = 0;
}

/* Decoded instructions no longer know that a displacement was there. */
static bool zero_displacement(const struct pair *p, int bits)
{
    char text[300];
    const char *zero = strstr(p->theirs, "+0x0]");

    (void)bits;
    if (!zero)
        return false;
    snprintf(text, sizeof text, "%.*s%s", (int)(zero - p->theirs), p->theirs,
             zero + 4);
    return p->our_len == p->their_len && strcmp(p->ours, text) == 0;
}

/* The same instruction: what ndisasm adds or leaves out is a matter of taste,
 * and it does so by operand size. */
static bool taste(const struct pair *p, int bits)
{
    static const char *const names[] = { "ud1", "movzx", "movsx", "retnw",
        "retnd", "smsw", "mov ", "fsetpm", "fucom",
        ",st0", "st0,", "aad", "aam", "sldt", "str " };

    (void)bits;
    if (p->our_len != p->their_len)
        return false;
    for (size_t n = 0; n < COUNT_OF(names); n++)
        if (has(p->theirs, names[n]))
            return true;
    return false;
}

static bool address_size(const struct pair *p, int bits)
{
    char ours[300], theirs[300];

    (void)bits;
    plain(p->ours, ours);
    plain(p->theirs, theirs);
    return p->our_len == p->their_len && strcmp(ours, theirs) == 0;
}

/* The processor cuts EIP to the operand's size; ndisasm shows the sum. */
static bool cut_target(const struct pair *p, int bits)
{
    u8 op = p->bytes[1];

    (void)bits;
    return p->bytes[0] == 0x66 && p->our_len == p->their_len &&
           (op >> 4 == 7 || (op >= 0xe0 && op <= 0xe3) || op == 0xeb);
}

static bool nop_of_size(const struct pair *p, int bits)
{
    (void)bits;
    return has(p->ours, "nop") && has(p->theirs, "xchg");
}

/* Registers that do not exist: the processor raises #UD. */
static bool no_register(const struct pair *p, int bits)
{
    (void)bits;
    return has(p->theirs, "segr6") || has(p->theirs, "segr7");
}

static struct {
    bool (*fits)(const struct pair *p, int bits);
    const char *why;
    long count;
} reasons[] = {
    { not_ours, "no instruction of the Pentium II", 0 },
    { not_theirs, "an undocumented form that ndisasm does not know", 0 },
    { wait_first, "WAIT is an instruction, to ndisasm a prefix", 0 },
    { later_name, "named by what later processors do there", 0 },
    { address_size, "67h shown where no address uses it, or [dword", 0 },
    { cut_target, "66h before a short jump: the target is cut", 0 },
    { nop_of_size, "NOP with a size prefix", 0 },
    { no_register, "a register that is not there", 0 },
    { zero_displacement, "a displacement of zero", 0 },
    { taste, "the same instruction by another habit of size or name", 0 },
    { many_prefixes, "several prefixes of which some count for nothing", 0 },
};
