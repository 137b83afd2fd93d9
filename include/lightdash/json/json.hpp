// JSON both ways from the one description of a model: snake_case members are camelCase names.
//
// Reading is strict (promises J1–J14): depth 32, no duplicate keys, no NUL, integers exact and in range, no unknown
// members; every fault is reported with its JSON pointer, up to 50. Writing never emits what is not JSON.
//
// A type of another room takes part through two functions in its own namespace, declared before their first use:
//   void write_json(std::string& out, const its_type&);      appends one JSON value: see json::write_text and its kin
//   bool read_json(const json::reader& at, its_type& into);  false after at.fault("Must be ….")
#pragma once

#include "lightdash/json/read.hpp"   // template <class T> T read_body(const value&);
#include "lightdash/json/tagged.hpp" // one of several structs, told apart by a member beside it
#include "lightdash/json/types.hpp"  // value, faults, omittable, patch, read_only, raw
#include "lightdash/json/write.hpp"  // template <class T> void write(std::string& out, const T&);
