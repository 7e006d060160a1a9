// Nothing but the precompiled header that is forced into it.
