// The C++ twins of the cases in tests/golden/sql/knex-cases.json, and the tests that compare them: one table per group,
// the case's name in its first column.
//
//     const knex_twins order{"order", {
//         {"asc-default", [] { return "select \"email\" from \"users\" order by \"email\" asc"; }},
//         {"limit", [] { return sql_statement{"select … limit $1", pg::params::of(2)}; }},
//         {"bad-direction-becomes-asc", does_not_compile("unknown_direction")},
//     }};
//
// A case may have further twins, named "case/variant": "numbers/array". A table is a static object of a .cpp file;
// main() calls register_knex_tests(), and each case is the test knex_<group>.<case name>, dashes as underscores:
// integration_sql --gtest_filter='knex_order.*'. A group may have several tables. A case without a twin fails, as does
// a twin whose case does not exist.
//
// What a twin without a mark has to pass: text and values equal to Knex's, taken by PostgreSQL, and the rows that the
// file records for Knex. A case that the file marks as a trap must not have Knex's text.
#pragma once

#include "support/knex_case.hpp"
#include "support/knex_fixture.hpp"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lightdash::testing {

// What a twin writes: one statement or several, with or without values.
class written {
public:
    written(const char* text) : statements_{{text, {}}} {}
    written(std::string text) : statements_{{std::move(text), {}}} {}
    written(sql_statement statement) : statements_{std::move(statement)} {}
    written(std::vector<sql_statement> statements) : statements_(std::move(statements)) {}
    // Whatever compile()s to a text and its values.
    template <class Builder>
        requires requires(const Builder& builder) { pg::params{builder.compile().values}; }
    written(const Builder& builder)
    {
        auto made = builder.compile();
        statements_.push_back({std::move(made.text), std::move(made.values)});
    }
    written(const std::vector<std::string>& texts)
    {
        for (const auto& text : texts)
            statements_.push_back({text, {}});
    }

    const std::vector<sql_statement>& statements() const noexcept { return statements_; }

private:
    std::vector<sql_statement> statements_;
};

// How a twin relates to its case.
struct knex_mark {
    enum class kind : unsigned char { equal, differs, instead, refuses, does_not_compile, left_out };
    kind is = kind::equal;
    std::string why; // a reason; of `refuses` a part of the message, of `does_not_compile` a function of compile_fail
    std::string expected; // of `instead`: sql_outcome::shown() of the last statement
};

// Another text on purpose, the same effect: both run, and must give the same rows and leave the same database.
knex_mark differs(std::string why);
// Another effect on purpose (Knex's is a trap): ours runs and answers this, "1|ada" a line per row or "UPDATE 2".
knex_mark instead(std::string why, std::string expected);
// The twin throws, and says this.
knex_mark refuses(std::string part_of_message);

class knex_twin {
public:
    template <class Writer>
        requires std::is_invocable_v<Writer>
    knex_twin(std::string_view name, Writer write, knex_mark mark = {})
        : name(name), mark(std::move(mark)), write([write] { return written{write()}; })
    {}
    // For what there is nothing to write.
    knex_twin(std::string_view name, knex_mark mark) : name(name), mark(std::move(mark)) {}

    std::string name;
    knex_mark mark;
    std::function<written()> write;
};

// A function of that name in tests/compile_fail does not compile either.
knex_mark does_not_compile(std::string function);
knex_mark left_out(std::string why);

class knex_twins {
public:
    knex_twins(std::string_view group, std::initializer_list<knex_twin> twins);
    // Every case of the group that no other table has.
    knex_twins(std::string_view group, knex_mark mark);
};

// What is wrong with a twin, each in a sentence; nothing when it passes. `compile_fail` is the folder of its tests.
std::vector<std::string> faults_of(const knex_twin& twin, const knex_case& expected, knex_fixture& fixture,
                                   const std::string& compile_fail = "tests/compile_fail");

// Makes the tests of all tables; to be called between InitGoogleTest() and RUN_ALL_TESTS().
void register_knex_tests();

// "12 equal, 3 refused …" (a case counts once, by its first twin), and a line for each twin that is not equal.
std::string knex_summary();

} // namespace lightdash::testing
