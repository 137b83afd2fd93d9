#include "integration/app/live_server.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace lightdash::testing {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

void run_or_throw(const std::string& command, const std::string& database_url)
{
    const auto done = run_backend({command}, {{"DATABASE_URL", database_url}});
    if (done.exit_code != 0)
        throw std::runtime_error(command + " failed: " + done.err);
}

} // namespace

demo_cluster::demo_cluster(const std::string& configuration) : postgres_({.configuration = configuration})
{
    run_or_throw("migrate", postgres_.conninfo());
    run_or_throw("seed", postgres_.conninfo());
    const auto made =
        run_backend({"token", "create", "--email", "demo@lightdash.com"}, {{"DATABASE_URL", postgres_.conninfo()}});
    as_admin_.emplace_back("Authorization", "ApiKey " + made.out.substr(0, made.out.find('\n')));
    auto db = postgres_.plain();
    targets_ = {"/api/v1/user",
                "/api/v1/dashboards/" + db.value("select id from dashboards order by created_at limit 1"),
                "/api/v1/projects/" + db.value("select project_id from dashboards limit 1") + "/dashboards"};
}

backend_process demo_cluster::serve(std::vector<std::string> arguments, std::map<std::string, std::string> environment)
{
    return backend_process::serve(postgres_.conninfo(), std::move(arguments), std::move(environment));
}

std::size_t demo_cluster::sessions() const
{
    return std::stoul(postgres_.plain().value("select count(*) from pg_stat_activity "
                                              "where backend_type = 'client backend' and pid <> pg_backend_pid()"));
}

std::size_t load_report::answered() const
{
    std::size_t sum = 0;
    for (const auto& [status, count] : statuses)
        sum += count;
    return sum;
}

std::chrono::microseconds load_report::percentile(double share) const
{
    if (times.empty())
        return {};
    auto sorted = times;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

bool load_report::only(std::initializer_list<int> allowed) const
{
    return std::all_of(statuses.begin(), statuses.end(), [&](const auto& seen) {
        return std::find(allowed.begin(), allowed.end(), seen.first) != allowed.end();
    });
}

load::load(std::uint16_t port, unsigned clients, std::vector<std::string> targets, http_headers headers)
    : port_(port), targets_(std::move(targets)), headers_(std::move(headers))
{
    for (unsigned i = 0; i < clients; ++i)
        clients_.emplace_back([this, i] { ask_until_finished(i); });
}

load::~load()
{
    finish();
}

load_report load::finish()
{
    finished_ = true;
    for (auto& client : clients_)
        client.join();
    clients_.clear();
    return report_;
}

void load::ask_until_finished(unsigned first_target)
{
    load_report mine;
    std::optional<http_client> client;
    for (std::size_t i = first_target; !finished_; ++i) {
        try {
            if (!client)
                client.emplace(port_);
        } catch (const std::runtime_error&) {
            ++mine.refused;
            std::this_thread::sleep_for(5ms);
            continue;
        }
        const auto begin = clock::now();
        try {
            const auto answer = client->get(targets_[i % targets_.size()], headers_);
            ++mine.statuses[answer.status];
            ++answered_;
            if (answer.header("Connection") == "close")
                client.reset();
            if (answer.status >= 500)
                std::this_thread::sleep_for(2ms); // a client that hammers a broken server measures only itself
        } catch (const std::runtime_error& failure) {
            const std::string_view why = failure.what();
            if (why.find("instead of sending a status line; received: \"\"") != why.npos)
                ++mine.unanswered;
            else
                mine.truncated.emplace_back(why);
            client.reset();
        }
        const auto time = clock::now() - begin;
        mine.times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(time));
        mine.slowest = std::max(mine.slowest, std::chrono::duration_cast<std::chrono::milliseconds>(time));
    }
    note(mine);
}

void load::note(const load_report& mine)
{
    const std::lock_guard guard{mutex_};
    for (const auto& [status, count] : mine.statuses)
        report_.statuses[status] += count;
    report_.slowest = std::max(report_.slowest, mine.slowest);
    report_.times.insert(report_.times.end(), mine.times.begin(), mine.times.end());
    report_.unanswered += mine.unanswered;
    report_.refused += mine.refused;
    report_.truncated.insert(report_.truncated.end(), mine.truncated.begin(), mine.truncated.end());
}

} // namespace lightdash::testing
