#include "support/knex_twins.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>

namespace lightdash::testing {
namespace {

using kind = knex_mark::kind;

struct tables {
    std::map<std::string, std::vector<knex_twin>> twins; // by case id
    std::map<std::string, knex_mark> groups;             // for the cases without a twin
};

tables& all_tables()
{
    static tables made;
    return made;
}

// One database for all tests of the process.
std::optional<knex_fixture>& shared_fixture()
{
    static std::optional<knex_fixture> made;
    return made;
}

struct fixture_lifetime : ::testing::Environment {
    void TearDown() override { shared_fixture().reset(); }
};

knex_fixture& fixture()
{
    auto& shared = shared_fixture();
    if (!shared)
        shared.emplace();
    return *shared;
}

std::string quoted(const std::vector<sql_statement>& statements)
{
    std::string made;
    for (const auto& statement : statements)
        made += "\n    " + statement.text;
    return made;
}

std::string quoted(const std::vector<knex_statement>& statements)
{
    std::string made;
    for (const auto& statement : statements)
        made += "\n    " + statement.text;
    return made;
}

bool same_texts(const std::vector<sql_statement>& ours, const knex_case& expected)
{
    return std::ranges::equal(ours, expected.statements, {}, &sql_statement::text, &knex_statement::text);
}

std::vector<sql_row> as_bag(std::vector<sql_row> rows)
{
    std::ranges::sort(rows);
    return rows;
}

std::string shown(const std::vector<sql_row>& rows)
{
    sql_outcome only_rows;
    only_rows.rows = rows;
    return only_rows.shown();
}

class comparison {
public:
    comparison(const knex_case& expected, knex_fixture& on) : expected_(expected), fixture_(on) {}

    void equal(const std::vector<sql_statement>& ours)
    {
        if (!expected_.trap.empty())
            fault("the case is a trap (" + expected_.trap +
                  "): its text must not be copied, mark what it does instead");
        if (!same_texts(ours, expected_)) {
            fault("writes" + quoted(ours) + "\n  where Knex writes" + quoted(expected_.statements));
            return;
        }
        for (std::size_t i = 0; i < ours.size(); ++i) {
            if (auto other = fixture_.difference(ours[i].values, expected_.statements[i].bindings); !other.empty())
                fault(std::move(other));
        }
        compare_with_record(run(ours));
    }

    void differing(const std::vector<sql_statement>& ours)
    {
        if (!needs_another_text(ours))
            return;
        const auto mine = fixture_.run(ours, knex_fixture::state::compared);
        const auto knexs = fixture_.run(expected_.statements, knex_fixture::state::compared);
        if (!mine.accepted())
            fault("PostgreSQL refuses" + quoted(ours) + "\n  with " + mine.shown());
        else if (!knexs.accepted())
            fault("PostgreSQL refuses what Knex writes (" + knexs.shown() + "): mark the twin with instead()");
        else
            compare(mine, knexs);
        compare_with_record(mine);
    }

    void instead(const std::vector<sql_statement>& ours, const std::string& wanted)
    {
        if (!needs_another_text(ours))
            return;
        const auto mine = run(ours);
        if (mine.accepted() && mine.shown() != wanted)
            fault("answers\n" + mine.shown() + "\n  where the table expects\n" + wanted);
    }

    void fault(std::string text) { faults_.push_back(std::move(text)); }
    std::vector<std::string> faults() { return std::move(faults_); }

private:
    bool needs_another_text(const std::vector<sql_statement>& ours)
    {
        const bool same = same_texts(ours, expected_);
        if (same)
            fault("is marked as different, and writes the same text: remove the mark" + quoted(ours));
        return !same;
    }

    sql_outcome run(const std::vector<sql_statement>& ours)
    {
        auto mine = fixture_.run(ours);
        if (!mine.accepted())
            fault("PostgreSQL refuses" + quoted(ours) + "\n  with " + mine.shown());
        return mine;
    }

    void compare_with_record(const sql_outcome& mine)
    {
        if (!mine.accepted())
            return;
        if (!expected_.command.empty() && mine.command != expected_.command)
            fault("runs as " + mine.command + " where Knex's was " + expected_.command);
        if (expected_.count && mine.count != expected_.count)
            fault("returns or changes " + std::to_string(mine.count.value_or(0)) + " rows where Knex's did " +
                  std::to_string(*expected_.count));
        if (expected_.rows)
            compare_rows(mine.rows, *expected_.rows);
    }

    void compare(const sql_outcome& mine, const sql_outcome& knexs)
    {
        if (mine.command != knexs.command || mine.count != knexs.count)
            fault("answers " + mine.command + ' ' + std::to_string(mine.count.value_or(0)) + " where Knex's answers " +
                  knexs.command + ' ' + std::to_string(knexs.count.value_or(0)));
        compare_rows(mine.rows, knexs.rows);
        std::vector<std::string> lines;
        std::ranges::set_symmetric_difference(mine.state, knexs.state, std::back_inserter(lines));
        if (lines.empty())
            return;
        std::string told = "leaves another database than Knex's statement:";
        for (const auto& line : lines)
            told += (std::ranges::binary_search(mine.state, line) ? "\n  ours   " : "\n  Knex's ") + line;
        fault(std::move(told));
    }

    void compare_rows(const std::vector<sql_row>& mine, const std::vector<sql_row>& others)
    {
        if (expected_.ordered ? mine != others : as_bag(mine) != as_bag(others))
            fault("returns\n" + shown(mine) + "\n  where Knex's returns\n" + shown(others));
    }

    const knex_case& expected_;
    knex_fixture& fixture_;
    std::vector<std::string> faults_;
};

void check_refusal(const knex_twin& twin, comparison& into)
{
    try {
        const auto made = twin.write();
        into.fault("should refuse, and writes" + quoted(made.statements()));
    } catch (const std::exception& refusal) {
        if (twin.mark.why.empty() || std::string_view{refusal.what()}.find(twin.mark.why) == std::string_view::npos)
            into.fault("refuses with other words than \"" + twin.mark.why + "\": " + refusal.what());
    }
}

void check_written(const knex_twin& twin, const knex_case& expected, comparison& into)
{
    if (!expected.error.empty()) {
        into.fault("Knex refuses this (" + expected.error +
                   "), so must ours: mark the twin with refuses() or "
                   "does_not_compile()");
        return;
    }
    try {
        const auto made = twin.write();
        if (twin.mark.is == kind::equal)
            into.equal(made.statements());
        else if (twin.mark.is == kind::differs)
            into.differing(made.statements());
        else
            into.instead(made.statements(), twin.mark.expected);
    } catch (const std::exception& refusal) {
        into.fault(std::string{"refuses: "} + refusal.what());
    }
}

bool has_function(const std::filesystem::path& folder, const std::string& name)
{
    for (const auto& file : std::filesystem::directory_iterator{folder}) {
        std::ifstream in{file.path()};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        if (text.find("void " + name + "(") != std::string::npos)
            return true;
    }
    return false;
}

// A case's twins; of a case without one, what its group's mark says. None: it has been forgotten.
std::vector<knex_twin> twins_of(const knex_case& one)
{
    const auto found = all_tables().twins.find(one.id);
    if (found != all_tables().twins.end())
        return found->second;
    const auto group = all_tables().groups.find(one.group);
    if (group != all_tables().groups.end())
        return {{one.name(), group->second}};
    return {};
}

class twin_test : public ::testing::Test {
public:
    twin_test(const knex_case& expected, knex_twin twin) : expected_(expected), twin_(std::move(twin)) {}
    void TestBody() override
    {
        try {
            for (const auto& fault : faults_of(twin_, expected_, fixture()))
                ADD_FAILURE() << "The twin of " << expected_.id << "\n  " << expected_.js << "\n  " << fault;
        } catch (const std::exception& failure) {
            ADD_FAILURE() << failure.what();
        }
    }

private:
    const knex_case& expected_;
    knex_twin twin_;
};

class failing_test : public ::testing::Test {
public:
    explicit failing_test(std::string why) : why_(std::move(why)) {}
    void TestBody() override { ADD_FAILURE() << why_; }

private:
    std::string why_;
};

void register_test(const std::string& suite, const std::string& name, std::function<::testing::Test*()> make)
{
    ::testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__, std::move(make));
}

void register_failure(const std::string& suite, const std::string& name, const std::string& why)
{
    register_test(suite, name, [why] { return new failing_test{why}; });
}

// A name for --gtest_filter, where a dash means "not".
std::string word(std::string text)
{
    std::ranges::replace_if(text, [](char c) { return c == '-' || c == '/'; }, '_');
    return text;
}

void register_case(const knex_case& one)
{
    const auto suite = "knex_" + word(one.group);
    const auto twins = twins_of(one);
    if (twins.empty())
        register_failure(suite, word(one.name()),
                         one.id + " has no twin: write it in tests/integration/sql, or list it as left_out()\n  " +
                             one.js);
    for (const auto& twin : twins)
        register_test(suite, word(twin.name), [&one, twin] { return new twin_test{one, twin}; });
}

// Twins without a case, and names that two have.
std::string faults_of_tables()
{
    std::string told;
    for (const auto& [id, twins] : all_tables().twins) {
        if (std::ranges::find(knex_cases(), id, &knex_case::id) == knex_cases().end())
            told += id + " is no case of the file\n";
        for (auto twin = twins.begin(); twin != twins.end(); ++twin) {
            if (std::find_if(twins.begin(), twin, [&](const auto& other) { return other.name == twin->name; }) != twin)
                told += twin->name + " is there twice\n";
        }
    }
    return told;
}

const std::map<kind, std::string_view> headings{
    {kind::equal, "equal"},     {kind::differs, "another text, the same effect"}, {kind::instead, "another effect"},
    {kind::refuses, "refused"}, {kind::does_not_compile, "does not compile"},     {kind::left_out, "left out"},
};

} // namespace

knex_mark differs(std::string why)
{
    return {.is = kind::differs, .why = std::move(why), .expected = {}};
}
knex_mark instead(std::string why, std::string expected)
{
    return {.is = kind::instead, .why = std::move(why), .expected = std::move(expected)};
}
knex_mark refuses(std::string part_of_message)
{
    return {.is = kind::refuses, .why = std::move(part_of_message), .expected = {}};
}
knex_mark does_not_compile(std::string test)
{
    return {.is = kind::does_not_compile, .why = std::move(test), .expected = {}};
}
knex_mark left_out(std::string why)
{
    return {.is = kind::left_out, .why = std::move(why), .expected = {}};
}

knex_twins::knex_twins(std::string_view group, std::initializer_list<knex_twin> twins)
{
    for (const auto& twin : twins)
        all_tables().twins[std::string{group} + '/' + twin.name.substr(0, twin.name.find('/'))].push_back(twin);
}

knex_twins::knex_twins(std::string_view group, knex_mark mark)
{
    all_tables().groups.emplace(group, std::move(mark));
}

std::vector<std::string> faults_of(const knex_twin& twin, const knex_case& expected, knex_fixture& fixture,
                                   const std::string& compile_fail)
{
    comparison made{expected, fixture};
    switch (twin.mark.is) {
    case kind::left_out:
        if (twin.mark.why.empty())
            made.fault("is left out without a reason");
        break;
    case kind::does_not_compile:
        if (!has_function(compile_fail, twin.mark.why))
            made.fault("no file of " + compile_fail + " has the function " + twin.mark.why +
                       "(), which should show that it does not compile");
        break;
    case kind::refuses:
        check_refusal(twin, made);
        break;
    default:
        check_written(twin, expected, made);
    }
    return made.faults();
}

void register_knex_tests()
{
    ::testing::AddGlobalTestEnvironment(new fixture_lifetime);
    std::string failure;
    try {
        std::ranges::for_each(knex_cases(), register_case);
        failure = faults_of_tables();
    } catch (const std::exception& why) {
        failure = why.what();
    }
    if (!failure.empty())
        register_failure("knex_cases", "every_twin_has_its_case", failure);
}

std::string knex_summary()
{
    std::map<kind, std::size_t> counts;
    std::string lines;
    for (const auto& one : knex_cases()) {
        const auto twins = twins_of(one);
        if (twins.empty())
            continue;
        ++counts[twins.front().mark.is];
        for (const auto& twin : twins) {
            if (twin.mark.is != kind::equal)
                lines += one.group + '/' + twin.name + ": " + std::string{headings.at(twin.mark.is)} + ": " +
                         twin.mark.why + '\n';
        }
    }
    std::string made;
    for (const auto& [is, count] : counts)
        made += (made.empty() ? "" : ", ") + std::to_string(count) + ' ' + std::string{headings.at(is)};
    return made + '\n' + lines;
}

} // namespace lightdash::testing
