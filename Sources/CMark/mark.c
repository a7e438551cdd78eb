#include "mark.h"

#include "../CVersion/version.h"

// By this the small program knows the large one before it gives way to it. An ELF note, as the linker puts
// notes first, where they are found soon; Scripts/build.d/proofs proves that it is there.
__attribute__((used, section(".note.tokenvault"), aligned(4))) static const struct {
    int nameSize;
    int descriptionSize;
    int type;
    char name[12];
    char description[32];
} note = {12, 32, 1, "tokenvault", "tokenvault-main " TOKENVAULT_VERSION};
