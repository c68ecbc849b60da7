/* ndisasm_same.h - one form for two ways to write the same instruction.
 *
 * Our disassembler and nasm's differ in habits: which prefixes and sizes they
 * spell out, which of an x87 operation's two registers, names that later
 * processors gave. Both texts are brought to one form, then they must be
 * equal. */

enum { P_LOCK = 1, P_REP = 2, P_REPNE = 4, P_O16 = 8, P_O32 = 16, P_A16 = 32,
       P_A32 = 64, P_SEG = 128 };       /* P_SEG and on: es, cs, ... */

struct form {
    u32 prefixes;
    char name[24], operands[160];
};

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Is the word in a list of words between spaces? */
static bool in(const char *word, const char *list)
{
    size_t n = strlen(word);

    for (const char *p = list; n && (p = strstr(p, word)); p++)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
            return true;
    return false;
}

/* ---- prefixes ---- */

static u32 prefix_bit(const char *word)
{
    static const struct { const char *word; u32 bit; } words[] = {
        { "lock", P_LOCK }, { "rep", P_REP }, { "repe", P_REP },
        { "repne", P_REPNE }, { "o16", P_O16 }, { "o32", P_O32 },
        { "a16", P_A16 }, { "a32", P_A32 },
        { "es", P_SEG }, { "cs", P_SEG << 1 }, { "ss", P_SEG << 2 },
        { "ds", P_SEG << 3 }, { "fs", P_SEG << 4 }, { "gs", P_SEG << 5 },
        { "xrelease", P_REP }, { "xacquire", P_REPNE }, { "bnd", P_REPNE },
    };

    for (size_t n = 0; n < COUNT_OF(words); n++)
        if (strcmp(word, words[n].word) == 0)
            return words[n].bit;
    return 0;
}

static void split(const char *text, struct form *f)
{
    u32 bit = 1;

    *f = (struct form){ 0 };
    while (bit) {
        int used = (int)strcspn(text, " ");

        snprintf(f->name, sizeof f->name, "%.*s", used, text);
        text += used + (text[used] == ' ');
        bit = prefix_bit(f->name);
        f->prefixes |= bit;
        if (bit && !*text)
            *f->name = 0, bit = 0;
    }
    snprintf(f->operands, sizeof f->operands, "%s", text);
}

/* ---- habits ---- */

/* The processor looks at the address size where it addresses memory, which
 * the registers in the brackets show. */
static void address_size(struct form *f)
{
    static const char implicit[] =
        "insb insw insd outsb outsw outsd movsb movsw movsd cmpsb cmpsw "
        "cmpsd stosb stosw stosd lodsb lodsw lodsd scasb scasw scasd xlatb";
    char *p = strstr(f->operands, "[dword ");
    int segment = p && p[9] == ':' ? 3 : 0;

    if (!in(f->name, implicit))
        f->prefixes &= ~(u32)(P_A16 | P_A32);
    if (p && p[7 + segment] == 'e')
        replace(f->operands, "[dword ", "[");
    replace(f->operands, "+0x0]", "]");
}

/* Of st0 and another register one may show the other alone. */
static void x87_registers(struct form *f)
{
    static const char to_st0[] =
        "fadd fmul fsub fsubr fdiv fdivr fxch fcom fcomp fucom fucomp fcomi "
        "fcomip fucomi fucomip fcmovb fcmove fcmovbe fcmovu fcmovnb fcmovne "
        "fcmovnbe fcmovnu";
    static const char to_other[] = "faddp fmulp fsubp fsubrp fdivp fdivrp";
    bool to = starts(f->operands, "to st");
    char other = f->operands[to ? 5 : 2];

    if (strcmp(f->name, "fxch") == 0)
        replace(f->operands, ",st0", "");
    if (strchr(f->operands, ',') || !(to || starts(f->operands, "st")))
        return;
    if (to || in(f->name, to_other))
        snprintf(f->operands, sizeof f->operands, "st%c,st0", other);
    else if (in(f->name, to_st0))
        snprintf(f->operands, sizeof f->operands, "st0,st%c", other);
}

/* MMX operations behind 66h and F3h, which those processors ignored: since
 * SSE2 they name other registers, in the same places. */
static void sse2_registers(struct form *f)
{
    if (!strstr(f->operands, "mm") || *f->name == 'f')
        return;
    replace(f->operands, "xmm", "mm");
    replace(f->operands, "xmm", "mm");
    replace(f->operands, "oword ", "");
    replace(f->operands, "dword [", "[");
    f->prefixes &= ~(u32)(P_O16 | P_O32);
    if (in(f->name, "movdqa movdqu")) {
        strcpy(f->name, "movq");
        f->prefixes &= ~(u32)P_REP;
    } else if (strcmp(f->name, "movq") == 0) {
        f->prefixes &= ~(u32)P_REP;
    }
}

static void later_names(struct form *f)
{
    static const struct { const char *later, *name; u32 prefix; } names[] = {
        { "pause", "nop", P_REP }, { "lzcnt", "bsr", P_REP },
        { "tzcnt", "bsf", P_REP }, { "wbnoinvd", "wbinvd", P_REP },
        { "fsetpm", "fnsetpm", 0 },
    };

    for (size_t n = 0; n < COUNT_OF(names); n++)
        if (strcmp(f->name, names[n].later) == 0) {
            strcpy(f->name, names[n].name);
            f->prefixes |= names[n].prefix;
        }
    if (starts(f->name, "hint_nop5") || starts(f->name, "hint_nop6"))
        strcpy(f->name, "nop");
    if (strcmp(f->name, "xchg") == 0 && in(f->operands, "ax,ax eax,eax")) {
        strcpy(f->name, "nop");
        *f->operands = 0;
        f->prefixes &= ~(u32)(P_O16 | P_O32);
    }
}

static bool has_segment_register(const struct form *f)
{
    const char *comma = strchr(f->operands, ',');
    static const char segments[] = "es cs ss ds fs gs segr6 segr7";
    char first[8];

    snprintf(first, sizeof first, "%.*s", (int)strcspn(f->operands, ","),
             f->operands);
    return in(first, segments) || (comma && in(comma + 1, segments));
}

/* Sizes that other operands tell, and those that change nothing. */
static void operand_size(struct form *f)
{
    bool dword = f->operands[3] == ',';

    if (in(f->name, "movzx movsx") && !dword)
        replace(f->operands, ",byte ", ",");
    if (in(f->name, "ud1 bsf bsr"))
        replace(f->operands, dword ? ",dword " : ",word ", ",");
    if (in(f->name, "aam aad") && strcmp(f->operands, "0xa") == 0)
        *f->operands = 0;
    if ((strcmp(f->name, "nop") == 0 && !*f->operands) ||
        (strcmp(f->name, "mov") == 0 && strchr(f->operands, '[') &&
         has_segment_register(f)))
        f->prefixes &= ~(u32)(P_O16 | P_O32);
}

static void normalise(const char *text, struct form *f)
{
    split(text, f);
    later_names(f);
    address_size(f);
    x87_registers(f);
    sse2_registers(f);
    operand_size(f);
}

static bool same(const struct form *f, const struct form *g)
{
    return f->prefixes == g->prefixes && strcmp(f->name, g->name) == 0 &&
           strcmp(f->operands, g->operands) == 0;
}
