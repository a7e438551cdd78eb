#include "mark.h"

#include "../CVersion/version.h"

// The small program recognizes the large one by this before it hands over to it. It is an ELF note
// because the linker puts notes first, where they are found quickly; Scripts/build.d/proofs checks
// that it is there.
__attribute__((used, section(".note.tokenvault"), aligned(4))) static const struct {
    int nameSize;
    int descriptionSize;
    int type;
    char name[12];
    char description[32];
} note = {12, 32, 1, "tokenvault", "tokenvault-main " TOKENVAULT_VERSION};
