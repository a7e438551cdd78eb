#include "version.h"

// Near the beginning of the file, where the small program looks before it hands over to the large one
// (Scripts/build.d/proofs proves that it is there): an ELF note, as the linker puts notes first.
__attribute__((used, section(".note.tokenvault"), aligned(4))) static const struct {
    int nameSize;
    int descriptionSize;
    int type;
    char name[12];
    char description[32];
} note = {12, 32, 1, "tokenvault", "tokenvault-main " TOKENVAULT_VERSION};
