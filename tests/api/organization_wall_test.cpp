// What the database itself refuses, whatever a statement says.
#include "api/api_server.hpp"

namespace lightdash {
namespace {

class OrganizationWall : public testing::ApiTest {};

TEST_F(OrganizationWall, NothingMovesIntoAnotherOrganizationWhateverAStatementSays)
{
    const auto& db = server().database();
    const auto theirs = db.value("select id from organizations where name <> 'Jaffle Shop' limit 1");
    db.execute("insert into projects (name, organization_id, dbt_project_type) values ('theirs', '" + theirs +
               "', 'none')");
    const auto their_project = db.value("select id from projects where organization_id = '" + theirs + "' limit 1");
    db.execute("insert into dashboards (project_id, name, created_by) select '" + their_project +
               "', 'theirs', id from users limit 1");
    const auto their_board = db.value("select id from dashboards where project_id = '" + their_project + "' limit 1");
    const auto ours = " where project_id = '" + server().project() + "'";
    for (const auto& move : {
             "update dashboard_tiles set dashboard_id = '" + their_board +
                 "' where dashboard_id in (select id from dashboards" + ours + ")",
             "update dashboards set project_id = '" + their_project + "'" + ours,
             "update charts set project_id = '" + their_project + "'" + ours,
             "update projects set organization_id = '" + theirs + "' where id = '" + server().project() + "'",
         }) {
        try {
            db.execute(move);
            ADD_FAILURE() << "it was done: " << move;
        } catch (const std::runtime_error& refused) {
            EXPECT_NE(std::string_view{refused.what()}.find("would move from organization"), std::string_view::npos)
                << refused.what();
        }
    }
    const auto other =
        server().post("admin", "/api/v1/org/projects", R"({"name":"C","dbtConnection":{"type":"none"}})");
    const auto inside = std::string{other.results().at("project").at("projectUuid").as_string()};
    EXPECT_NO_THROW(db.execute("update charts set project_id = '" + inside + "' where id = (select id from charts" +
                               ours + " limit 1)"));
}

} // namespace
} // namespace lightdash
