// Validation of a record's metadata: strict JSON without duplicate keys in any object, and the types
// of the known keys. Part of reader.c.

#include <stdlib.h>
#include <string.h>

typedef unsigned char byte;

typedef struct {
    const byte *at, *end;
} scan;

// A decoded string.
typedef struct {
    byte *bytes;
    size_t count;
} text;

static void skipSpaces(scan *input) {
    // Other whitespace cannot occur: bytes below 0x20 are rejected.
    while (input->at < input->end && *input->at == ' ') input->at++;
}

static int take(scan *input, const char *word) {
    size_t count = strlen(word);
    if ((size_t)(input->end - input->at) < count || memcmp(input->at, word, count)) return 0;
    input->at += count;
    return 1;
}

static int isUTF8(const byte *at, const byte *end) {
    while (at < end) {
        byte first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || end - at < more) return 0;
        byte least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        byte most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (at[0] < least || at[0] > most) return 0;
        for (int index = 1; index < more; index++) {
            if (at[index] < 0x80 || at[index] > 0xBF) return 0;
        }
        at += more;
    }
    return 1;
}

static int hexadecimal(scan *input, unsigned *value) {
    if (input->end - input->at < 4) return 0;
    *value = 0;
    for (int index = 0; index < 4; index++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = *input->at ? strchr(digits, *input->at++) : NULL;
        if (!digit) return 0;
        *value = *value * 16 + (unsigned)(digit - digits) % 16;
    }
    return 1;
}

static void encode(text *out, unsigned scalar) {
    byte *to = out->bytes + out->count;
    if (scalar < 0x80) {
        to[0] = (byte)scalar, out->count += 1;
    } else if (scalar < 0x800) {
        to[0] = (byte)(0xC0 | scalar >> 6), to[1] = (byte)(0x80 | (scalar & 63)), out->count += 2;
    } else if (scalar < 0x10000) {
        to[0] = (byte)(0xE0 | scalar >> 12), to[1] = (byte)(0x80 | (scalar >> 6 & 63));
        to[2] = (byte)(0x80 | (scalar & 63)), out->count += 3;
    } else {
        to[0] = (byte)(0xF0 | scalar >> 18), to[1] = (byte)(0x80 | (scalar >> 12 & 63));
        to[2] = (byte)(0x80 | (scalar >> 6 & 63)), to[3] = (byte)(0x80 | (scalar & 63));
        out->count += 4;
    }
}

static int string(scan *input, text *out) {
    out->bytes = malloc((size_t)(input->end - input->at) + 4);
    out->count = 0;
    if (!take(input, "\"")) return 0;
    while (input->at < input->end) {
        byte one = *input->at++;
        if (one == '"') return 1;
        if (one < 0x20) return 0;
        if (one != '\\') {
            out->bytes[out->count++] = one;
            continue;
        }
        if (input->at == input->end) return 0;
        byte escape = *input->at++;
        const char *names = "\"\\/bfnrt", *values = "\"\\/\b\f\n\r\t";
        const char *name = escape ? strchr(names, escape) : NULL;
        if (name) {
            out->bytes[out->count++] = (byte)values[name - names];
            continue;
        }
        unsigned scalar, low;
        if (escape != 'u' || !hexadecimal(input, &scalar)) return 0;
        if (scalar >= 0xD800 && scalar < 0xDC00) {
            if (!take(input, "\\u") || !hexadecimal(input, &low)) return 0;
            if (low < 0xDC00 || low > 0xDFFF) return 0;
            scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF));
        } else if (scalar >= 0xDC00 && scalar < 0xE000) {
            return 0;
        }
        encode(out, scalar);
    }
    return 0;
}

static size_t digits(scan *input) {
    const byte *start = input->at;
    while (input->at < input->end && *input->at >= '0' && *input->at <= '9') input->at++;
    return (size_t)(input->at - start);
}

static int number(scan *input) {
    take(input, "-");
    if (!take(input, "0") && digits(input) == 0) return 0;
    if (take(input, ".") && digits(input) == 0) return 0;
    if (take(input, "e") || take(input, "E")) {
        if (!take(input, "+")) take(input, "-");
        if (digits(input) == 0) return 0;
    }
    return 1;
}

static int value(scan *input);

int isReference(const byte *bytes, size_t count);

static int isOneOf(text key, const char *names) {
    size_t count = strlen(names);
    for (const char *name = names; name < names + count; name += strcspn(name, " ") + 1) {
        size_t length = strcspn(name, " ");
        if (key.count == length && memcmp(key.bytes, name, length) == 0) return 1;
    }
    return 0;
}

// Returns whether the text is a time in the form YYYY-MM-DDThh:mm:ssZ, on a day that exists.
static int isTime(text time) {
    const char *form = "0000-00-00T00:00:00Z";
    if (time.count != strlen(form)) return 0;
    int parts[6] = {0}, part = 0;
    for (size_t index = 0; index < time.count; index++) {
        if (form[index] == '0') {
            if (time.bytes[index] < '0' || time.bytes[index] > '9') return 0;
            parts[part] = parts[part] * 10 + (time.bytes[index] - '0');
        } else {
            if (time.bytes[index] != (byte)form[index]) return 0;
            part++;
        }
    }
    int year = parts[0], month = parts[1];
    if (month < 1 || month > 12) return 0;
    int isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int days[] = {31, 28 + isLeap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return parts[2] >= 1 && parts[2] <= days[month - 1] && parts[3] < 24 && parts[4] < 60 &&
        parts[5] < 60;
}

static int areStrings(scan input) {
    text unused;
    if (!take(&input, "[")) return 0;
    skipSpaces(&input);
    if (take(&input, "]")) return 1;
    do {
        skipSpaces(&input);
        if (!string(&input, &unused)) return 0;
        skipSpaces(&input);
    } while (take(&input, ","));
    return 1;
}

// Returns whether a value, valid JSON without surrounding spaces, has the type of its key.
static int isOfType(text key, scan raw) {
    text decoded;
    scan copy = raw;
    if (isOneOf(key, "name category reason machine_id instagram_id instagram_username"))
        return *raw.at == '"';
    if (isOneOf(key, "name_chosen valid")) return *raw.at == 't' || *raw.at == 'f';
    if (isOneOf(key, "scopes tasks")) return areStrings(raw);
    int isEnd = isOneOf(key, "expires_at data_access_expires_at");
    if (isEnd || isOneOf(key, "added_at changed_at checked_at")) {
        if (!string(&copy, &decoded)) return 0;
        return isTime(decoded) || (isEnd && isOneOf(decoded, "never"));
    }
    if (isOneOf(key, "app user")) {
        return string(&copy, &decoded) && isReference(decoded.bytes, decoded.count);
    }
    return 1;
}

static int object(scan *input, int isOutermost) {
    text *keys = NULL;
    size_t count = 0;
    skipSpaces(input);
    if (take(input, "}")) return 1;
    do {
        keys = realloc(keys, (count + 1) * sizeof *keys);
        skipSpaces(input);
        if (!string(input, &keys[count])) return 0;
        for (size_t other = 0; other < count; other++) {
            if (keys[other].count == keys[count].count &&
                memcmp(keys[other].bytes, keys[count].bytes, keys[count].count) == 0)
                return 0;
        }
        skipSpaces(input);
        if (!take(input, ":")) return 0;
        skipSpaces(input);
        const byte *start = input->at;
        if (!value(input)) return 0;
        if (isOutermost && !isOfType(keys[count], (scan){start, input->at})) return 0;
        count++;
        skipSpaces(input);
    } while (take(input, ","));
    return take(input, "}");
}

static int array(scan *input) {
    skipSpaces(input);
    if (take(input, "]")) return 1;
    do {
        if (!value(input)) return 0;
        skipSpaces(input);
    } while (take(input, ","));
    return take(input, "]");
}

static int value(scan *input) {
    text unused;
    skipSpaces(input);
    if (input->at == input->end) return 0;
    if (*input->at == '"') return string(input, &unused);
    if (take(input, "{")) return object(input, 0);
    if (take(input, "[")) return array(input);
    if (take(input, "true") || take(input, "false") || take(input, "null")) return 1;
    return number(input);
}

int isMetadata(const byte *bytes, size_t count) {
    scan input = {bytes, bytes + count};
    for (size_t index = 0; index < count; index++) {
        if (bytes[index] < 0x20) return 0;
    }
    if (!isUTF8(bytes, bytes + count)) return 0;
    // There must be no spaces around the object.
    return take(&input, "{") && object(&input, 1) && input.at == input.end;
}
