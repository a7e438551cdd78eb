#pragma once

// Declares nothing: what matters is that the note is linked.
