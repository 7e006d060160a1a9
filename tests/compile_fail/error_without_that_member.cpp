// error: 'message' is not a member of // or: no member named 'message' in
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::caught()[&skald::ErrorInfo::message];
