// A client that creates, edits, shares, moves, deletes and restores charts at random, as people of every role, beside a
// model: after each step the answer's status is the model's, and in the end everybody sees what the model says.
#include "api/api_server.hpp"
#include "api/content_model.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace lightdash {
namespace {

namespace json = boost::json;

constexpr std::array role_names{"member", "viewer", "interactive_viewer", "editor", "developer", "admin"};
constexpr std::array space_role_names{"", "viewer", "editor", "admin"};

class random_client {
public:
    random_client(testing::api_server& server, unsigned seed) : server_(server), random_(seed)
    {
        for (std::size_t role = 0; role < role_names.size(); ++role)
            add_person(role_names[role], static_cast<int>(role), 0);
        add_person("in_project", 0, 2);
        add_person("in_groups", 0, 0);
        add_person("in_both", 1, 3);
        add_group(0, {1, 6, 7});
        add_group(2, {2, 7, 8});
        add_group(4, {7});
        model_.spaces.push_back(
            {server.database().value("select id from spaces where is_default and project_id = '" + project_ + "'"),
             "Shared",
             true,
             5,
             {},
             {}});
    }

    void step()
    {
        const std::size_t who = any(model_.people.size());
        switch (any(12)) {
        case 0:
            return create_space(who);
        case 1:
            return share(who);
        case 2:
            return unshare(who);
        case 3:
        case 4:
        case 5:
            return create(who);
        case 6:
            return rename(who);
        case 7:
            return move(who);
        case 8:
            return remove(who);
        case 9:
            return restore(who);
        default:
            return read(who);
        }
    }

    // Of each person, what each list tells.
    void compare_all()
    {
        for (std::size_t who = 0; who < model_.people.size(); ++who) {
            std::set<std::string> spaces, saved;
            for (const auto& one : model_.spaces)
                if (model_.sees(who, one))
                    spaces.insert(one.id + ' ' + one.name);
            for (const auto& one : model_.things)
                if (!one.deleted_by && model_.sees(who, model_.spaces[one.space]))
                    saved.insert(one.id + ' ' + one.name + ' ' + model_.spaces[one.space].id);
            EXPECT_EQ(listed(who, "/spaces", false), spaces) << model_.people[who].name;
            EXPECT_EQ(listed(who, "/charts", true), saved) << model_.people[who].name;
        }
    }

    const std::vector<std::string>& steps() const { return steps_; }

private:
    std::size_t any(std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random_); }
    std::size_t any_space() { return any(model_.spaces.size()); }

    void add_person(const std::string& role, int in_organization, int in_project)
    {
        const auto name = role + "_at_random";
        const auto id = server_.add_user(role_names[static_cast<std::size_t>(in_organization)], name);
        model_.people.push_back({name, id, in_organization, in_project});
        if (in_project > 0)
            server_.database().execute("insert into project_memberships (project_id, user_id, role) values ('" +
                                       project_ + "', '" + id + "', '" +
                                       role_names[static_cast<std::size_t>(in_project)] + "')");
    }
    void add_group(int in_project, std::set<std::size_t> members)
    {
        const auto made = server_.post("admin", "/api/v1/org/groups",
                                       R"({"name":"At random )" + std::to_string(model_.groups.size()) + "\"}");
        const std::string id{made.results().at("uuid").as_string()};
        for (const auto member : members)
            server_.send("admin", "PUT", "/api/v1/groups/" + id + "/members/" + model_.people[member].id, "");
        if (in_project > 0)
            server_.post("admin", "/api/v1/groups/" + id + "/projects/" + project_,
                         json::serialize(json::object{{"role", role_names[static_cast<std::size_t>(in_project)]}}));
        model_.groups.push_back({id, in_project, std::move(members)});
    }

    testing::api_answer ask(std::size_t who, const std::string& method, const std::string& target,
                            const json::object& body, int expected)
    {
        const auto text = body.empty() ? std::string{} : json::serialize(body);
        auto answer = server_.send(model_.people[who].name, method, target, text);
        steps_.push_back(model_.people[who].name + ' ' + method + ' ' + target + ' ' + text + " -> " +
                         std::to_string(answer.status));
        EXPECT_EQ(answer.status, expected) << steps_.back() << '\n' << answer.raw.body;
        return answer;
    }
    std::string in_project(const std::string& rest) const { return "/api/v1/projects/" + project_ + rest; }
    static std::string path_of(const testing::content_model::thing& of) { return "/api/v1/" + of.route + '/' + of.id; }
    std::string new_name() { return "Named " + std::to_string(++names_); }

    void create_space(std::size_t who)
    {
        const bool may = model_.role(who) >= 3, inherits = any(2) == 0;
        const auto name = new_name();
        const auto made = ask(who, "POST", in_project("/spaces"),
                              {{"name", name}, {"inheritParentPermissions", inherits}}, may ? 200 : 403);
        if (made.status == 200)
            model_.spaces.push_back(
                {std::string{made.results().at("uuid").as_string()}, name, inherits, who, {{who, 3}}, {}});
    }

    void share(std::size_t who)
    {
        auto& in = model_.spaces[any_space()];
        const auto role = 1 + any(3);
        const bool with_group = any(2) == 0, may = model_.changes(who, in);
        const std::size_t whom = any(with_group ? model_.groups.size() : model_.people.size());
        const auto answer =
            ask(who, "POST", in_project("/spaces/" + in.id + (with_group ? "/group/share" : "/share")),
                {{with_group ? "groupUuid" : "userUuid", with_group ? model_.groups[whom].id : model_.people[whom].id},
                 {"spaceRole", space_role_names[role]}},
                may ? 200 : 403);
        if (answer.status == 200)
            (with_group ? in.group_grants : in.grants)[whom] = static_cast<int>(role);
    }

    void unshare(std::size_t who)
    {
        auto& in = model_.spaces[any_space()];
        const bool with_group = any(2) == 0, may = model_.changes(who, in);
        const std::size_t whom = any(with_group ? model_.groups.size() : model_.people.size());
        const auto answer = ask(
            who, "DELETE",
            in_project("/spaces/" + in.id +
                       (with_group ? "/group/share/" + model_.groups[whom].id : "/share/" + model_.people[whom].id)),
            {}, may ? 200 : 403);
        if (answer.status == 200)
            (with_group ? in.group_grants : in.grants).erase(whom);
    }

    void create(std::size_t who)
    {
        const std::size_t space = any_space();
        const auto name = new_name();
        json::object body = json::parse(R"({"tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":)"
                                        R"(["orders_status"],"metrics":[],"filters":{},"sorts":[],"limit":500,)"
                                        R"("tableCalculations":[]},"chartConfig":{"type":"table"},)"
                                        R"("tableConfig":{"columnOrder":[]}})")
                                .as_object();
        body["name"] = name;
        body["spaceUuid"] = model_.spaces[space].id;
        const auto made =
            ask(who, "POST", in_project("/saved"), body, model_.creates_in(who, model_.spaces[space]) ? 200 : 403);
        if (made.status == 200)
            model_.things.push_back(
                {"saved", std::string{made.results().at("uuid").as_string()}, name, space, who, {}});
    }

    // What is deleted is unknown; what may not be seen, forbidden.
    static int status(const testing::content_model::thing& of, bool may)
    {
        return of.deleted_by ? 404 : may ? 200 : 403;
    }

    template <class Act>
    void with_any_thing(Act act)
    {
        if (!model_.things.empty())
            act(model_.things[any(model_.things.size())]);
    }

    void read(std::size_t who)
    {
        with_any_thing([&](auto& of) {
            const auto answer = ask(who, "GET", path_of(of), {}, status(of, model_.sees(who, model_.spaces[of.space])));
            if (answer.status == 200) {
                EXPECT_EQ(answer.results().at("name"), json::value(of.name));
                EXPECT_EQ(answer.results().at("spaceUuid"), json::value(model_.spaces[of.space].id));
            }
        });
    }

    void rename(std::size_t who)
    {
        with_any_thing([&](auto& of) {
            const auto name = new_name();
            if (ask(who, "PATCH", path_of(of), {{"name", name}}, status(of, model_.changes(who, of))).status == 200)
                of.name = name;
        });
    }

    void move(std::size_t who)
    {
        with_any_thing([&](auto& of) {
            const auto to = any_space();
            const bool may = model_.changes(who, of) && (to == of.space || model_.creates_in(who, model_.spaces[to]));
            if (ask(who, "PATCH", path_of(of), {{"spaceUuid", model_.spaces[to].id}}, status(of, may)).status == 200)
                of.space = to;
        });
    }

    void remove(std::size_t who)
    {
        with_any_thing([&](auto& of) {
            if (ask(who, "DELETE", path_of(of), {}, status(of, model_.changes(who, of))).status == 200)
                of.deleted_by = who;
        });
    }

    void restore(std::size_t who)
    {
        with_any_thing([&](auto& of) {
            const int expected = model_.role(who) == 0      ? 403
                                 : !of.deleted_by           ? 404
                                 : model_.restores(who, of) ? 200
                                                            : 403;
            const json::object body{{"item", {{"uuid", of.id}, {"contentType", "chart"}}}};
            if (ask(who, "POST", "/api/v2/content/" + project_ + "/restore", body, expected).status == 200)
                of.deleted_by.reset();
        });
    }

    std::set<std::string> listed(std::size_t who, const std::string& list, bool in_spaces)
    {
        std::set<std::string> found;
        const auto answer = server_.get(model_.people[who].name, in_project(list));
        EXPECT_EQ(answer.status, model_.role(who) > 0 ? 200 : 403) << answer.raw.body;
        if (answer.status == 200)
            for (const auto& one : answer.results().as_array()) {
                std::string line{one.at("uuid").as_string()};
                line += ' ' + std::string{one.at("name").as_string()};
                if (in_spaces)
                    line += ' ' + std::string{one.at("spaceUuid").as_string()};
                found.insert(std::move(line));
            }
        return found;
    }

    testing::api_server& server_;
    std::mt19937 random_;
    testing::content_model model_;
    std::vector<std::string> steps_;
    int names_ = 0;
    std::string project_ =
        std::string{server_
                        .post("admin", "/api/v1/org/projects",
                              R"({"name":"At random","type":"DEFAULT","dbtConnection":{"type":"none"}})")
                        .results()
                        .at("project")
                        .at("projectUuid")
                        .as_string()};
};

class RandomClient : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomClient, EndsWithTheModelsState)
{
    testing::api_server server;
    random_client client{server, GetParam()};
    for (int i = 0; i < 1000 && !::testing::Test::HasFailure(); ++i)
        client.step();
    if (!::testing::Test::HasFailure())
        client.compare_all();
    if (::testing::Test::HasFailure()) {
        std::string all;
        for (const auto& step : client.steps())
            all += step + '\n';
        ADD_FAILURE() << "the steps of seed " << GetParam() << ":\n" << all;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomClient, ::testing::Values(1U, 20261129U, 4294967291U));

} // namespace
} // namespace lightdash
