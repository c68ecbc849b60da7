/* mkfont.c - turns a font drawn as text into the bitmap a VGA BIOS holds.
 *
 * usage: mkfont SOURCE.txt FONT.bin
 *
 * The source is lines of plain text, ended by LF:
 *
 *     ; a comment, between blocks only; so are blank lines
 *     height 16
 *
 *     glyph 41 LATIN CAPITAL LETTER A
 *     ..###...
 *     (as many rows as the height says, '#' lit, '.' dark, leftmost first)
 *
 * All codes 00-FF must be there, once, in ascending order; anything else is
 * an error that names the line, and then no file is written. The output is
 * 256 * height bytes, one per row, bit 7 the leftmost pixel: the form of the
 * fonts behind INT 10h/11h and INT 1Fh (IBM PS/2 and PC BIOS Interface
 * Technical Reference, INT 10h AH=11h).
 *
 * Not modelled: any cell width but 8; the 9-dot supplements (on a VGA the
 * ninth column is made by the attribute controller).
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GLYPHS = 256, WIDTH = 8, MAX_HEIGHT = 32, MAX_LINE = 128 };

struct source {
    FILE *file;
    const char *name;
    unsigned line;
    char text[MAX_LINE]; /* the current line without its LF */
};

struct font {
    unsigned height;
    uint8_t rows[GLYPHS * MAX_HEIGHT];
};

/* Prints "NAME:LINE: words" and returns false, for return statements. */
static bool source_error(const struct source *src, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s:%u: ", src->name, src->line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return false;
}

/* Reads the next line. At the end of the file the text is empty and *end
 * set; false means an error, which has been told. */
static bool source_next(struct source *src, bool *end)
{
    size_t length = 0;
    int c;

    src->line++;
    while ((c = getc(src->file)) != EOF && c != '\n') {
        if (c < ' ' || c > '~')
            return source_error(src, "byte %02X is not plain text",
                                (unsigned)c);
        if (length + 1 == MAX_LINE)
            return source_error(src, "longer than %d characters", MAX_LINE - 1);
        src->text[length++] = (char)c;
    }
    src->text[length] = '\0';
    if (ferror(src->file))
        return source_error(src, "can't be read");
    if (c == EOF && length > 0)
        return source_error(src, "the last line has no newline");
    *end = c == EOF;
    return true;
}

/* The same, but passes over blank lines and comments. */
static bool source_next_item(struct source *src, bool *end)
{
    do {
        if (!source_next(src, end))
            return false;
    } while (!*end && (src->text[0] == '\0' || src->text[0] == ';'));
    return true;
}

static bool read_height(struct source *src, struct font *font)
{
    bool end;
    char tail;

    if (!source_next_item(src, &end))
        return false;
    if (sscanf(src->text, "height %2u%c", &font->height, &tail) != 1)
        return source_error(src, "expected \"height ROWS\"");
    if (font->height < 1 || font->height > MAX_HEIGHT)
        return source_error(src, "a height of %u is not within 1-%d",
                            font->height, MAX_HEIGHT);
    return true;
}

static bool read_row(struct source *src, uint8_t *row)
{
    size_t length = strlen(src->text);

    if (length == 0 || strspn(src->text, ".#") != length)
        return source_error(src, "expected a row of '.' and '#'");
    if (length != WIDTH)
        return source_error(src, "a row is %zu pixels wide, not %d", length,
                            WIDTH);
    *row = 0;
    for (unsigned i = 0; i < WIDTH; i++)
        if (src->text[i] == '#')
            *row |= (uint8_t)(0x80u >> i);
    return true;
}

/* Checks the line that opens a block: code and name, the code in order. */
static bool read_title(struct source *src, unsigned code, bool end)
{
    char digits[3], first;
    unsigned found;

    if (end)
        return source_error(src, "the file ends before glyph %02X", code);
    if (sscanf(src->text, "glyph %2[0-9A-F] %c", digits, &first) != 2 ||
        digits[1] == '\0' || src->text[8] != ' ' || src->text[9] == ' ')
        return source_error(src, "expected \"glyph %02X NAME\"", code);
    found = (unsigned)strtoul(digits, NULL, 16);
    if (found != code)
        return source_error(src, "glyph %02X where %02X should be", found,
                            code);
    return true;
}

static bool read_glyph(struct source *src, struct font *font, unsigned code)
{
    uint8_t *rows = font->rows + code * font->height;
    bool end;

    if (!source_next_item(src, &end) || !read_title(src, code, end))
        return false;
    for (unsigned y = 0; y < font->height; y++) {
        if (!source_next(src, &end))
            return false;
        if (src->text[0] == '\0')
            return source_error(src, "glyph %02X has %u rows, not %u", code, y,
                                font->height);
        if (!read_row(src, &rows[y]))
            return false;
    }
    if (!source_next(src, &end))
        return false;
    if (src->text[0] != '\0')
        return source_error(src, "expected a blank line after glyph %02X",
                            code);
    return true;
}

static bool read_font(struct source *src, struct font *font)
{
    bool end;

    if (!read_height(src, font))
        return false;
    for (unsigned code = 0; code < GLYPHS; code++)
        if (!read_glyph(src, font, code))
            return false;
    if (!source_next_item(src, &end))
        return false;
    if (!end)
        return source_error(src, "more text after glyph FF");
    return true;
}

static bool write_font(const char *name, const struct font *font)
{
    size_t size = (size_t)GLYPHS * font->height;
    FILE *file = fopen(name, "wb");
    bool good;

    if (!file) {
        perror(name);
        return false;
    }
    good = fwrite(font->rows, 1, size, file) == size;
    if (fclose(file) != 0)
        good = false;
    if (!good)
        fprintf(stderr, "%s: can't be written\n", name);
    return good;
}

int main(int argc, char **argv)
{
    struct source src = {0};
    struct font font = {0};
    bool good;

    if (argc != 3) {
        fprintf(stderr, "usage: mkfont SOURCE.txt FONT.bin\n");
        return 2;
    }
    src.name = argv[1];
    src.file = fopen(src.name, "r");
    if (!src.file) {
        perror(src.name);
        return 1;
    }
    good = read_font(&src, &font);
    fclose(src.file);
    return good && write_font(argv[2], &font) ? 0 : 1;
}
