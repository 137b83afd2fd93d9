#include "modules/warehouses/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "lightdash/http/request.hpp"
#include "modules/access/service.hpp"
#include "modules/warehouses/door.hpp"
#include "modules/warehouses/store.hpp"
#include "modules/warehouses/tester.hpp"

#include <utility>

namespace lightdash::warehouses {

namespace {

// When the request ends.
struct patience {
    deadline until;
    static patience of(const http::request& rq) { return {rq.deadline()}; }
};

task<connection_test> test_connection(pg::session& db, const caller& who, const sealing& with, const testing& by,
                                      const patience& left, credentials_id id)
{
    static const pg::statement identity{"warehouses.own_database", identity_query};
    auto to = co_await store::open(db, who, with, id);
    auto own = co_await db.one<std::string>(identity);
    co_return co_await by.with.test(std::move(to), std::move(own), left.until);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/org/warehouse-credentials", needs(view_warehouse_credentials), store::list,
          "The warehouse credentials of the organization, without what is secret of them");
    r.post("/api/v1/org/warehouse-credentials", needs(manage_warehouse_credentials), store::create,
           "Store warehouse credentials, encrypted");
    r.get("/api/v1/org/warehouse-credentials/{credentials}", needs(view_warehouse_credentials), store::by_id,
          "Warehouse credentials, without what is secret of them");
    r.patch("/api/v1/org/warehouse-credentials/{credentials}", needs(manage_warehouse_credentials), store::update,
            "Change warehouse credentials: a user or password that is left out stays");
    r.remove("/api/v1/org/warehouse-credentials/{credentials}", needs(manage_warehouse_credentials), store::remove,
             "Delete warehouse credentials");
    r.post("/api/v1/org/warehouse-credentials/{credentials}/test", needs(manage_warehouse_credentials), test_connection,
           "Connect to the warehouse and say what came of it");
}

} // namespace lightdash::warehouses
