#include "lightdash/migrate/seed.hpp"

#include "lightdash/core/password.hpp"
#include "migrate/text/seed_statements.hpp"

#include <string>
#include <tuple>

namespace lightdash::migrate {

namespace {

constexpr std::int64_t demo_users = 7;

using pair_of_counts = std::tuple<std::int64_t, std::int64_t>;

void take_dashboards(seed_report& report, const pair_of_counts& added)
{
    report.dashboards = static_cast<std::uint64_t>(std::get<0>(added));
    report.tiles = static_cast<std::uint64_t>(std::get<1>(added));
}

} // namespace

task<seed_report> seed_demo(pg::database& db, deadline until)
{
    auto tx = co_await db.begin({}, until);
    const auto present = co_await tx.one<std::int64_t>(seed_sql::count_demo_users());
    // Hashing takes tens of milliseconds by design: once for all of them, and not at all when nobody is to be added.
    const std::string hash = present < demo_users ? hash_password("demo_password!") : std::string{};

    pg::flight all;
    const auto organizations = all.add(seed_sql::organizations());
    const auto users = all.add(seed_sql::users(), hash);
    const auto projects = all.add(seed_sql::projects());
    const auto charts = all.add(seed_sql::charts());
    const auto dashboards = all.add(seed_sql::dashboards());
    co_await tx.finish(all);

    seed_report report;
    report.organizations = all.affected(organizations);
    report.users = all.affected(users);
    report.projects = all.affected(projects);
    report.charts = all.affected(charts);
    take_dashboards(report, all.one<pair_of_counts>(dashboards));
    co_return report;
}

} // namespace lightdash::migrate
