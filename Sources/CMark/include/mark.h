#pragma once

// Nothing to call: what counts is that the note is linked.
