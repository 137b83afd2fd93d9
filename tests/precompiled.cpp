// Owns the headers that every test includes, precompiled (scripts/cmake/precompiled.cmake); has no code.
