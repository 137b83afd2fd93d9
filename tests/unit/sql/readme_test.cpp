// The pages "in Knex, and here": their code is compiled in readme_examples.cpp.
#include "lightdash/sql/schema/schema_builder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// In readme_examples.cpp.
namespace lightdash::sql::readme {
void whole_query();
void columns_and_tables();
void described_structs();
void conditions();
void joins();
void groups_order_pages();
void set_operations();
void aggregates_and_windows();
void json_functions();
void insert_and_conflicts();
void update_delete_truncate();
void locks();
void raw_text_references_functions();
void values();
void putting_queries_together();
void schema_statements(schema_builder& schema);
void schema_further_statements(schema_builder& schema);
void schema_rights(schema_builder& schema);
} // namespace lightdash::sql::readme

namespace {

std::string read_file(const std::string& path)
{
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string without_blanks(std::string_view text)
{
    std::string made;
    for (const char c : text) {
        if (c != ' ' && c != '\n')
            made += c;
    }
    return made;
}

// The code in the second column of every table, up to a dash and what is said in words, and in blocks of C++.
std::vector<std::string> code_of(const std::string& page)
{
    std::vector<std::string> made;
    static const std::regex row{R"(\n\| ((?:[^|\n]|\\\|)*) \| (.*) \|(?=\n))"};
    static const std::regex code{"`([^`]+)`"};
    static const std::regex block{"```cpp\n([^`]*)```"};
    for (std::sregex_iterator one{page.begin(), page.end(), row}, end; one != end; ++one) {
        const auto whole = (*one)[2].str();
        const auto cell = whole.substr(0, whole.find("\u2014 "));
        for (std::sregex_iterator piece{cell.begin(), cell.end(), code}; piece != end; ++piece)
            made.push_back(std::regex_replace((*piece)[1].str(), std::regex{R"(\\\|)"}, "|"));
    }
    for (std::sregex_iterator one{page.begin(), page.end(), block}, end; one != end; ++one)
        made.push_back((*one)[1]);
    return made;
}

// Tests run in the project's folder.
const std::string examples = without_blanks(read_file("tests/unit/sql/readme_examples.cpp"));

TEST(SqlReadme, EveryPieceOfCodeIsCompiled)
{
    const auto pieces = code_of(read_file("include/lightdash/sql/README.md"));
    ASSERT_GT(pieces.size(), 200U) << "run this in the project's folder";
    for (const auto& piece : pieces) {
        EXPECT_NE(examples.find(without_blanks(piece)), examples.npos)
            << piece << "\n  is in README.md, but not in tests/unit/sql/readme_examples.cpp";
    }
}

TEST(SqlReadme, ItsCodeRuns)
{
    using namespace lightdash::sql;
    for (auto* part :
         {readme::whole_query, readme::columns_and_tables, readme::described_structs, readme::conditions, readme::joins,
          readme::groups_order_pages, readme::set_operations, readme::aggregates_and_windows, readme::json_functions,
          readme::insert_and_conflicts, readme::update_delete_truncate, readme::locks,
          readme::raw_text_references_functions, readme::values, readme::putting_queries_together})
        EXPECT_NO_THROW(part());
    schema_builder schema;
    readme::schema_statements(schema);
    readme::schema_further_statements(schema);
    readme::schema_rights(schema);
    EXPECT_GT(compile(schema).size(), 30U);
}

TEST(SqlReadme, EveryVerbOfTheSchemaPageIsCompiled)
{
    static const std::regex verb{R"((?:^|t|schema|\)|, )\.([a-z]+(?:_[a-z]+)*)(?=\(|$))"};
    std::set<std::string> verbs;
    for (const auto& piece : code_of(read_file("include/lightdash/sql/schema/README.md"))) {
        for (std::sregex_iterator one{piece.begin(), piece.end(), verb}, end; one != end; ++one)
            verbs.insert((*one)[1]);
    }
    ASSERT_GT(verbs.size(), 80U);
    for (const auto& name : verbs) {
        EXPECT_NE(examples.find('.' + name + '('), examples.npos)
            << name << " is in schema/README.md, but not in tests/unit/sql/readme_examples.cpp";
    }
}

} // namespace
