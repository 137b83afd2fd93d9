// Groups whose twins are not written. A group's own table replaces its line here.
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

const knex_twins pending[]{
    {"select", left_out("not written yet")},      {"where", left_out("not written yet")},
    {"where-in", left_out("not written yet")},    {"where-range", left_out("not written yet")},
    {"where-group", left_out("not written yet")}, {"json", left_out("not written yet")},
    {"join", left_out("not written yet")},        {"group-having", left_out("not written yet")},
    {"order", left_out("not written yet")},       {"page", left_out("not written yet")},
    {"aggregate", left_out("not written yet")},   {"analytic", left_out("not written yet")},
    {"set-ops", left_out("not written yet")},     {"with", left_out("not written yet")},
    {"insert", left_out("not written yet")},      {"upsert", left_out("not written yet")},
    {"update", left_out("not written yet")},      {"delete", left_out("not written yet")},
    {"lock", left_out("not written yet")},        {"raw", left_out("not written yet")},
    {"compose", left_out("not written yet")},     {"to-string", left_out("not written yet")},
    {"errors", left_out("not written yet")},
};

} // namespace
} // namespace lightdash::testing
