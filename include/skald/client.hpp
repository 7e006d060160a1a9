#pragma once

// The engine's verbs, spoken to a server: `skald serve` elsewhere, this program its client.

#include "runtime/client/client.hpp"  // IWYU pragma: export
