// A dbt connection in the form in which it is stored, and the rules of a project's body.
#include "modules/projects/model.hpp"

#include "unit/modules/model_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::projects {
namespace {

using namespace lightdash::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(DbtConnection, KeepsEverythingButItsTypeInItsOrder)
{
    const auto made = read_as<dbt_connection>(
        R"({"repository": "acme/dbt", "type": "github", "branch": "main", "threads": 4.50, "targets": ["a", null]})");
    EXPECT_EQ(made.type, dbt_project_type::github);
    EXPECT_EQ(made.settings.text, R"({"repository":"acme/dbt","branch":"main","threads":4.50,"targets":["a",null]})");
    EXPECT_EQ(read_as<dbt_connection>(R"({"type": "none"})").settings.text, "{}");
}

TEST(DbtConnection, DropsSecretsWhateverTheirLettersCase)
{
    const auto made = read_as<dbt_connection>(R"({"type": "gitlab", "personal_access_token": "t0", "Password": "t1",
        "apiKey": "t2", "clientSecret": "t3", "credentials": {"user": "t4"}, "host_domain": "gitlab.com"})");
    EXPECT_EQ(made.settings.text, R"({"host_domain":"gitlab.com"})");
}

TEST(DbtConnection, IsAtMost64KiBAsTheDatabaseStoresIt)
{
    EXPECT_THAT(faults_of<dbt_connection>(R"({"type": "none", "a": [)" + repeated("1e-300", 4'000) + "]}"), IsEmpty());
    EXPECT_THAT(faults_of<dbt_connection>(R"({"type": "none", "a": [)" + repeated("1e-300", 4'200) + "]}"),
                ElementsAre(HasSubstr("65536 bytes")));
}

TEST(DbtConnection, NeedsAType)
{
    EXPECT_THAT(faults_of<dbt_connection>("{}"), ElementsAre("/type: Is required."));
    EXPECT_THAT(faults_of<dbt_connection>(R"({"branch": "main"})"), ElementsAre("/type: Is required."));
    EXPECT_THAT(faults_of<dbt_connection>("[]"), ElementsAre(HasSubstr("Must be an object")));
}

TEST(DbtConnection, NamesATypeThatDoesNotExistByItsPlaceInTheBody)
{
    EXPECT_THAT(faults_of<new_project>(R"({"name": "A", "dbtConnection": {"type": "sourcehut"}})"),
                ElementsAre(StartsWith("/dbtConnection/type: ")));
    EXPECT_THAT(faults_of<new_project>(R"({"name": "A", "dbtConnection": {"type": 7}})"),
                ElementsAre(StartsWith("/dbtConnection/type: ")));
}

TEST(NewProject, ChecksNameVersionAndWarehouse)
{
    const std::string valid = R"({"name": "Jaffle", "dbtConnection": {"type": "none"}})";
    EXPECT_THAT(faults_of<new_project>(valid), IsEmpty());
    EXPECT_THAT(faults_of<new_project>(with(valid, "Jaffle", " ")), ElementsAre("/name: The name is blank."));
    EXPECT_THAT(faults_of<new_project>(with(valid, "Jaffle", std::string(256, 'n'))),
                ElementsAre(StartsWith("/name: Must have 1 to 255")));
    EXPECT_THAT(faults_of<new_project>(with(valid, R"("name")", R"("dbtVersion": "", "name")")),
                ElementsAre(StartsWith("/dbtVersion: Must have 1 to 32")));
    EXPECT_THAT(faults_of<new_project>(with(valid, R"("name")", R"("warehouseConnection": {"type": "x"}, "name")")),
                ElementsAre(StartsWith("/warehouseConnection: ")));
    EXPECT_THAT(faults_of<new_project>(with(valid, R"("name")", R"("warehouseConnection": null, "name")")), IsEmpty());
    EXPECT_THAT(faults_of<new_project>(R"({"name": "A"})"), ElementsAre("/dbtConnection: Is required."));
}

TEST(ProjectChanges, IgnoresWhatCannotBeChanged)
{
    EXPECT_THAT(faults_of<project_changes>(R"({"projectUuid": "x", "organizationUuid": 7, "name": "New"})"), IsEmpty());
    EXPECT_THAT(faults_of<project_changes>(R"({"name": " "})"), ElementsAre("/name: The name is blank."));
    EXPECT_THAT(faults_of<project_changes>(R"({"warehouseConnection": {}})"),
                ElementsAre(StartsWith("/warehouseConnection: ")));
}

} // namespace
} // namespace lightdash::projects
