#pragma once

// The version of both programs.
#define TOKENVAULT_VERSION "0.2.0"
