// Two organizations that want the same ids at the same moment: whatever the interleaving, each finds its own content.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <array>
#include <barrier>
#include <chrono>
#include <functional>
#include <random>
#include <set>
#include <thread>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LIGHTDASH_SLOW_BUILD 1
#endif
#endif

namespace lightdash {
namespace {

namespace json = boost::json;

#ifdef LIGHTDASH_SLOW_BUILD
constexpr int rounds = 300;
#else
constexpr int rounds = 2000;
#endif
constexpr int enough = 300; // where the machine is so busy that time ends first
constexpr unsigned seed = 20'261'128;

using random_numbers = std::mt19937_64;

std::string random_uuid(random_numbers& numbers)
{
    const auto high = numbers(), low = numbers();
    std::array<char, 37> text;
    std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32),
                  static_cast<unsigned>(high >> 16) & 0xFFFFU, static_cast<unsigned>(high) & 0xFFFU,
                  static_cast<unsigned>(low >> 52) & 0xFFFU,
                  static_cast<unsigned long long>(low) & 0xFFFF'FFFF'FFFFULL);
    return text.data();
}

std::string text_of(const json::value& thing, std::string_view member)
{
    return std::string{thing.at(member).as_string()};
}

// One organization: its words stand in every tile that it makes.
class side {
public:
    side(testing::api_server& server, std::string as)
        : server_(server), client_(server.port(), std::chrono::seconds{60}), as_(std::move(as))
    {
        project_ = text_of(
            call("POST", "/org/projects", R"({"name":"Race","type":"DEFAULT","dbtConnection":{"type":"none"}})", 200)
                .at("project"),
            "projectUuid");
        chart_ = make_chart();
        board_ = make_board("");
    }

    const std::string& name() const { return as_; }
    const std::string& board() const { return board_; }
    const std::string& chart() const { return chart_; }
    const std::set<std::string>& tiles() const { return stored_; }

    std::string tile(const std::string& id, int y) const
    {
        return R"({"uuid":")" + id + R"(","type":"heading","x":0,"y":)" + std::to_string(y) +
               R"(,"w":6,"h":2,"properties":{"text":")" + as_ + R"("}})";
    }
    std::string chart_tile(const std::string& id, const std::string& shown, int y) const
    {
        return R"({"uuid":")" + id + R"(","type":"saved_chart","x":0,"y":)" + std::to_string(y) +
               R"(,"w":6,"h":2,"properties":{"savedChartUuid":")" + shown + R"(","title":")" + as_ + R"("}})";
    }

    // Asks, and expects one of the statuses; the results of a success.
    json::value call(std::string_view method, const std::string& path, const std::string& body, int expected,
                     int or_else = 0)
    {
        testing::http_headers headers{{"Authorization", "ApiKey " + server_.token(as_)}};
        if (!body.empty())
            headers.emplace_back("Content-Type", "application/json");
        const auto answer = client_.request(method, "/api/v1" + path, headers, body);
        EXPECT_TRUE(answer.status == expected || answer.status == or_else)
            << as_ << ' ' << method << ' ' << path << ' ' << body << '\n'
            << answer.status << ' ' << answer.body;
        status = answer.status;
        const auto parsed = json::parse(answer.body);
        const auto* results = parsed.as_object().if_contains("results");
        return results && status < 300 ? *results : json::value{};
    }

    std::string make_board(const std::string& tiles)
    {
        const auto made =
            call("POST", "/projects/" + project_ + "/dashboards", R"({"name":"Race","tiles":[)" + tiles + "]}", 201);
        return made.is_null() ? "" : text_of(made, "uuid");
    }
    std::string make_chart()
    {
        const auto made =
            call("POST", "/projects/" + project_ + "/saved",
                 R"({"name":"Race","tableName":"t","metricQuery":{"exploreName":"t","dimensions":["t_a"],"metrics":[],)"
                 R"("filters":{},"sorts":[],"limit":1,"tableCalculations":[]},"chartConfig":{"type":"table"},)"
                 R"("tableConfig":{"columnOrder":[]}})",
                 200);
        return made.is_null() ? "" : text_of(made, "uuid");
    }

    // Everything that was sent is there, in this organization's words, and in the answer as in what is read later.
    void replace_tiles(const std::vector<std::string>& sent)
    {
        const auto changed = call("PATCH", "/dashboards/" + board_, R"({"tiles":[)" + joined(sent) + "]}", 200);
        if (status == 200)
            expect_own(changed, sent.size());
    }
    void expect_own(const json::value& board, std::size_t count)
    {
        stored_.clear();
        for (const auto& each : board.at("tiles").as_array()) {
            const auto& properties = each.at("properties").as_object();
            const auto& words = properties.contains("text") ? properties.at("text") : properties.at("title");
            EXPECT_EQ(words, json::value(as_)) << json::serialize(board);
            EXPECT_TRUE(stored_.insert(text_of(each, "uuid")).second) << "doubled: " << json::serialize(board);
        }
        EXPECT_EQ(stored_.size(), count) << json::serialize(board);
    }
    void expect_kept()
    {
        const auto found = call("GET", "/dashboards/" + board_, "", 200);
        std::set<std::string> ids;
        for (const auto& each : found.at("tiles").as_array())
            ids.insert(text_of(each, "uuid"));
        EXPECT_EQ(ids, stored_) << "lost or taken: " << json::serialize(found);
        expect_own(found, stored_.size());
    }
    void replace_chart(std::string chart) { chart_ = std::move(chart); }

    int status = 0;

private:
    static std::string joined(const std::vector<std::string>& parts)
    {
        std::string list;
        for (const auto& part : parts)
            list += (list.empty() ? "" : ",") + part;
        return list;
    }

    testing::api_server& server_;
    testing::http_client client_;
    std::string as_, project_, chart_, board_;
    std::set<std::string> stored_;
};

// What both know of a round.
struct round {
    std::string first, second; // ids that both sides use
    std::set<std::string> theirs[2];
    std::string board[2], chart[2];
};

void replace_with_one(side& mine, const round& now, int)
{
    mine.replace_tiles({mine.tile(now.first, 0)});
}
void replace_with_two(side& mine, const round& now, int)
{
    mine.replace_tiles({mine.tile(now.second, 0), mine.tile(now.first, 2)});
}
void replace_by_charts(side& mine, const round& now, int)
{
    mine.replace_tiles({mine.chart_tile(now.first, mine.chart(), 0), mine.tile(now.second, 2)});
}
void take_the_others_ids(side& mine, const round& now, int self)
{
    std::vector<std::string> sent;
    for (const auto& id : now.theirs[1 - self])
        sent.push_back(mine.tile(id, static_cast<int>(sent.size()) * 2));
    sent.push_back(mine.tile(now.first, 100));
    mine.replace_tiles(sent);
}
void create_and_remove(side& mine, const round& now, int)
{
    const auto made = mine.make_board(mine.tile(now.first, 0) + "," + mine.tile(now.second, 2));
    const auto found = mine.call("GET", "/dashboards/" + made, "", 200);
    EXPECT_EQ(found.at("tiles").as_array().size(), 2U) << json::serialize(found);
    for (const auto& each : found.at("tiles").as_array())
        EXPECT_EQ(each.at("properties").at("text"), json::value(mine.name())) << json::serialize(found);
    mine.call("DELETE", "/dashboards/" + made, "", 200);
}
void reach_across(side& mine, const round& now, int self)
{
    const auto board = "/dashboards/" + now.board[1 - self];
    const auto chart = "/saved/" + now.chart[1 - self];
    mine.call("PATCH", board, R"({"tiles":[)" + mine.tile(now.first, 0) + "]}", 403);
    mine.call("PATCH", board, R"({"name":"taken"})", 403);
    mine.call("DELETE", board, "", 403);
    mine.call("GET", board, "", 403);
    mine.call("PATCH", chart, R"({"name":"taken"})", 403, 404); // 404: its owner has just deleted it
    mine.call("DELETE", chart, "", 403, 404);
    mine.call("PATCH", "/dashboards/" + mine.board(),
              R"({"tiles":[)" + mine.chart_tile(now.second, now.chart[1 - self], 0) + "]}", 400);
}
void replace_the_chart(side& mine, const round&, int)
{
    mine.call("DELETE", "/saved/" + mine.chart(), "", 200);
    mine.replace_chart(mine.make_chart());
}

class TenancyRace : public testing::ApiTest {};

TEST_F(TenancyRace, NoIdReachesIntoAnotherOrganizationAtAnyInterleaving)
{
    using action = void (*)(side&, const round&, int);
    constexpr std::array<action, 10> actions{
        replace_with_one,    replace_with_one,  replace_with_two,  replace_with_two, replace_by_charts,
        take_the_others_ids, create_and_remove, create_and_remove, reach_across,     replace_the_chart};
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{120};
    side sides[2]{{server(), "admin"}, {server(), "stranger"}};
    round now;
    action chosen[2]{};
    bool over = false;
    random_numbers numbers{seed};
    int done = 0;
    std::barrier begin{3}, end{3};
    const auto play = [&](int self) {
        for (;;) {
            begin.arrive_and_wait();
            if (over)
                return;
            try {
                chosen[self](sides[self], now, self);
            } catch (const std::exception& failure) {
                ADD_FAILURE() << sides[self].name() << ": " << failure.what();
            }
            end.arrive_and_wait();
        }
    };
    std::thread players[2]{std::thread{play, 0}, std::thread{play, 1}};
    for (; done < rounds && !HasFailure() && std::chrono::steady_clock::now() < until; ++done) {
        now = {random_uuid(numbers),
               random_uuid(numbers),
               {sides[0].tiles(), sides[1].tiles()},
               {sides[0].board(), sides[1].board()},
               {sides[0].chart(), sides[1].chart()}};
        for (auto& each : chosen)
            each = actions[numbers() % actions.size()];
        begin.arrive_and_wait();
        end.arrive_and_wait();
        for (auto& each : sides)
            each.expect_kept();
    }
    over = true;
    begin.arrive_and_wait();
    for (auto& player : players)
        player.join();
    EXPECT_GE(done, enough) << "a round failed, or two minutes were not enough";
    EXPECT_EQ(
        server().database().value("select count(*) from dashboard_tiles t join dashboards d on d.id = t.dashboard_id "
                                  "join projects p on p.id = d.project_id join charts c on c.id = t.chart_id "
                                  "join projects o on o.id = c.project_id where o.id <> p.id"),
        "0");
}

TEST_F(TenancyRace, TheLoserOfARaceForAnIdIsAnsweredAsIfItHadComeLater)
{
    // Both wait for the same row to be given up, so that both statements have looked before either has written.
    side ours{server(), "admin"}, theirs{server(), "stranger"};
    random_numbers numbers{seed};
    for (int i = 0; i < 20; ++i) {
        const auto id = random_uuid(numbers);
        std::barrier together{2};
        std::thread other{[&] {
            together.arrive_and_wait();
            theirs.make_board(theirs.tile(id, 0));
        }};
        together.arrive_and_wait();
        ours.make_board(ours.tile(id, 0));
        other.join();
        EXPECT_EQ(ours.status, 201);
        EXPECT_EQ(theirs.status, 201);
    }
}

TEST_F(TenancyRace, AProjectThatIsDeletedWhileItIsFilledIsGoneWithWhatItGot)
{
    side ours{server(), "admin"};
    for (int i = 0; i < 40; ++i) {
        const auto project =
            text_of(ours.call("POST", "/org/projects",
                              R"({"name":"Gone","type":"DEFAULT","dbtConnection":{"type":"none"}})", 200)
                        .at("project"),
                    "projectUuid");
        std::barrier together{2};
        std::thread filler{[&] {
            testing::http_client client{server().port()};
            together.arrive_and_wait();
            for (int n = 0; n < 5; ++n) {
                const auto answer = client.request(
                    "POST", "/api/v1/projects/" + project + "/dashboards",
                    {{"Authorization", "ApiKey " + server().token("editor")}, {"Content-Type", "application/json"}},
                    R"({"name":"x","tiles":[]})");
                EXPECT_TRUE(answer.status == 201 || answer.status == 404) << answer.body;
            }
        }};
        together.arrive_and_wait();
        ours.call("DELETE", "/projects/" + project, "", 200);
        filler.join();
        ours.call("GET", "/projects/" + project, "", 404);
    }
}

} // namespace
} // namespace lightdash
