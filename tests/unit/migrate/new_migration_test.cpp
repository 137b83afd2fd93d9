#include "lightdash/migrate/new_migration.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/lint.hpp"
#include "lightdash/migrate/seed_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

namespace lightdash::migrate {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class NewMigration : public ::testing::Test {
protected:
    NewMigration()
    {
        std::string name = std::filesystem::temp_directory_path() / "lightdash_new_XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~NewMigration() override { std::filesystem::remove_all(folder); }

    void touch(const std::string& name) const { std::ofstream{folder / name} << "mine"; }
    std::string made(std::string_view words, bool sql = true, bool timestamp = false) const
    {
        return create_migration(words, {.folder = folder, .sql = sql, .timestamp = timestamp}).filename().string();
    }
    std::string refusal(std::string_view words) const
    {
        try {
            return "made " + made(words);
        } catch (const error& refused) {
            EXPECT_EQ(refused.kind(), error_kind::usage);
            return refused.message();
        }
    }

    std::filesystem::path folder;
};

TEST_F(NewMigration, TakesTheNextNumberWithAsManyDigits)
{
    EXPECT_EQ(made("create users"), "001_create_users.sql");
    touch("0009_old.cpp");
    touch("README.md");
    EXPECT_EQ(made("add_email", false), "0010_add_email.cpp");
}

TEST_F(NewMigration, TakesUtcTimeWhenAskedOrWhenTheOthersDo)
{
    EXPECT_THAT(made("first", true, true), MatchesRegex("20[0-9]{12}_first\\.sql"));
    EXPECT_THAT(made("second"), MatchesRegex("20[0-9]{12}_second\\.sql"));
    touch("29990101000000_far.sql");
    EXPECT_EQ(made("third"), "29990101000001_third.sql");
}

TEST_F(NewMigration, MakesWordsOfWhatItIsGiven)
{
    EXPECT_EQ(migration_words("Add users' e-mail"), "add_users_e_mail");
    EXPECT_EQ(migration_words("-leading"), "leading");
    for (const auto* wrong : {"", "../x", "a/b", "a\\b", "???", "3rd", "\xC3\xA4"})
        EXPECT_THROW(migration_words(wrong), error) << wrong;
    EXPECT_THROW(migration_words(std::string(101, 'a')), error);
    EXPECT_THAT(refusal("../../etc/passwd"), HasSubstr("it has a path separator"));
}

TEST_F(NewMigration, RefusesASecondOneOfTheSameName)
{
    made("add_email");
    EXPECT_THAT(refusal("Add email"), HasSubstr("001_add_email.sql"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 1);
}

TEST_F(NewMigration, GivesManyAtOnceANumberEach)
{
    std::vector<std::thread> people;
    for (char c = 'a'; c < 'i'; ++c)
        people.emplace_back([&, c] { made(std::string(1, c)); });
    for (auto& one : people)
        one.join();
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 8);
    std::vector<std::string> numbers;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        numbers.push_back(entry.path().filename().string().substr(0, 3));
    EXPECT_THAT(numbers, ::testing::UnorderedElementsAre("001", "002", "003", "004", "005", "006", "007", "008"));
}

TEST_F(NewMigration, SaysWhyItCannotBeWritten)
{
    try {
        create_migration("x", {.folder = folder / "nowhere"});
        FAIL();
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("nowhere cannot be read: No such file or directory"));
    }
}

TEST_F(NewMigration, IsReadAgainOnceItHasAStatement)
{
    const auto path = create_migration("x", {.folder = folder, .sql = true});
    EXPECT_THROW(read_folder(folder, "1"), error); // it changes nothing yet
    auto text = read_text_file(path);
    text.insert(text.find("\n-- migrate:down"), "create table t ();\n");
    std::ofstream{path} << text;
    EXPECT_EQ(read_folder(folder, "1").known.all().size(), 1U);
}

class Folder : public NewMigration {
protected:
    std::string refused() const
    {
        try {
            read_folder(folder, "1");
        } catch (const error& failure) {
            return failure.message();
        }
        return "read";
    }
};

TEST_F(Folder, SortsByNumberAndLeavesOutOtherFiles)
{
    for (const auto* name : {"10_c.sql", "2_b.sql", "20261122210000_d.sql"})
        std::ofstream{folder / name} << "-- migrate:up\nselect 1;\n-- migrate:down\n";
    touch("notes.txt");
    std::filesystem::create_directory(folder / "5_folder.sql");
    const auto found = read_folder(folder, "1");
    ASSERT_EQ(found.known.all().size(), 3U);
    EXPECT_EQ(found.known.all()[0].name, "2_b");
    EXPECT_EQ(found.known.all()[2].name, "20261122210000_d");
    EXPECT_THAT(found.skipped, ::testing::ElementsAre("5_folder.sql", "notes.txt"));
}

TEST_F(Folder, SkipsHiddenFilesAndThoseOfEditors)
{
    std::ofstream{folder / "1_a.sql"} << "-- migrate:up\nselect 1;\n-- migrate:down\n";
    for (const auto* name : {"._1_a.sql", ".1_a.sql.swp", "#1_a.sql#", "1_a.sql~", "1_a.sql.swp", ".gitkeep"})
        std::ofstream{folder / name} << std::string(3, '\0');
    std::filesystem::create_symlink("somebody@host.4711", folder / ".#1_a.sql");
    const auto found = read_folder(folder, "1");
    EXPECT_EQ(found.known.all().size(), 1U);
    EXPECT_THAT(found.skipped, ::testing::IsEmpty());
    std::ofstream{folder / "1_a.sql"} << "\xEF\xBB\xBF-- seed: production\r\nselect 1;\r\n";
    const auto seeds = read_seed_folder(folder);
    ASSERT_EQ(seeds.size(), 1U);
    EXPECT_THAT(seeds[0].environments, ::testing::ElementsAre("production"));
}

TEST_F(Folder, ListsEveryFileThatCannotBeLoadedForWhoChecksThem)
{
    std::ofstream{folder / "1_a.sql"} << "-- migrate:up\nselect 'a;\n-- migrate:down\n";
    std::ofstream{folder / "2_b.sql"} << "-- migrate:up\nselect 1;\n-- migrate:down\n";
    std::ofstream{folder / "02_c.sql"} << "-- migrate:up\nselect 1;\n-- migrate:down\n";
    std::ofstream{folder / "3_d.sql"} << "-- migrate:up\nvacuum t;\n-- migrate:down\n";
    std::ofstream{folder / "4_e.sql"} << "-- migrate:up\n\n\n\\i x\n-- migrate:down\n";
    const auto found = read_folder(folder, "1", broken_files::list);
    ASSERT_EQ(found.known.all().size(), 1U);
    ASSERT_EQ(found.broken.size(), 4U);
    EXPECT_THAT(found.broken[0].why, HasSubstr("1_a.sql:2: a quoted text is not closed"));
    EXPECT_THAT(found.broken[1].why, HasSubstr("Two migrations have the number 2"));
    EXPECT_THAT(found.broken[2].why, HasSubstr("3_d.sql:2 says VACUUM T"));
    EXPECT_THAT(found.broken[3].why, HasSubstr("4_e.sql:4: \\i is a command of psql"));
    const auto finding = file_not_loaded(found.broken[3].file, found.broken[3].why);
    EXPECT_EQ(finding.line, 4);
    EXPECT_THAT(to_string(finding), HasSubstr("4_e.sql:4:1: error: \\i is a command of psql, not of SQL: "));
    EXPECT_THAT(to_string(finding), HasSubstr("[file-not-loaded]"));
}

TEST_F(Folder, RefusesAPipeAtOnce)
{
    ASSERT_EQ(::mkfifo((folder / "1_a.sql").c_str(), 0600), 0);
    EXPECT_THAT(refused(), HasSubstr("1_a.sql cannot be read: it is a pipe, not a file."));
    EXPECT_THROW(read_seed_folder(folder), error);
}

TEST_F(Folder, SaysInOneSentenceWhatIsWrongWithAFile)
{
    std::ofstream{folder / "1_a.sql"};
    EXPECT_THAT(refused(), HasSubstr("1_a.sql is empty"));
    std::ofstream{folder / "1_a.sql"} << "-- migrate:up\nselect 1;\n";
    EXPECT_THAT(refused(), HasSubstr("1_a.sql:2: there is no line \"-- migrate:down\""));
    std::ofstream{folder / "1_a.sql"} << "-- migrate:up\nselect 'a;\n-- migrate:down\n";
    EXPECT_THAT(refused(), HasSubstr("1_a.sql:2: a quoted text is not closed"));
}

} // namespace
} // namespace lightdash::migrate
