// One test for each observed behaviour of Knex that this program does better, named after its row in the list of
// observations: behaviour_*_test.cpp here by section, and those that need the whole program in
// integration/app/migrate_behaviour_test.cpp.
//
// Not adopted:
//   1.9  one kind of migration per project: SQL and C++ files share one numbering, and both are compiled in
//   5.5  migrating inside a caller's transaction: migrations without a transaction could not run there; tests copy a
//        template database instead
//   5.14 init: there is no configuration file to create
//   5.22 and 5.23 are about the query builder and its events, not about migrations
//   5.25 one connection for a whole run: each migration has one for its transaction, and leaves nothing set on it
// Adopted in part:
//   1.21 a history in a schema of its own is a matter of the search path, as with the migrations' own unqualified
//   names;
//        a schema that is missing is not created, but told
//   1.23 the history is not qualified by a schema, but found wherever the search path has it, and no migration can move
//        the path below it
// Shown by the test of another row, or of its own:
//   3.14 by 2_7, 4.5 by 4_4, 4.9 by 4_8
//   5.4  by shipped_migrations_test.cpp; 5.6 by the types of migrator's answers
//   5.15 by the exit codes that integration/app/migrate_commands_test.cpp expects
#pragma once

#include "integration/migrate/migrating.hpp"

namespace lightdash::migrate {

class behaviour : public migrating_test {
protected:
    const migration a = made("1_a", "create table a (x int);", "drop table a;");
    const migration b = made("2_b", "create table b (x int);", "drop table b;");
    const migration c = made("3_c", "create table c (x int);", "drop table c;");
    const migration bad = made("2_bad", "create table bad (x nonsense);");
};

} // namespace lightdash::migrate
