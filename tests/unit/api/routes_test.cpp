// Routes as data: what handlers are given, and what the table says of them.
#include "lightdash/api/openapi.hpp"
#include "lightdash/api/routes.hpp"

#include "http/request/request_builder.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace lightdash::api {

struct person {
    std::string name;
};
template <>
inline constexpr bool is_caller<person> = true;

struct lamp {
    int light = 1;
};
template <>
inline constexpr bool is_given<lamp> = true;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using thing_id = strong_id<struct thing_tag>;
using part_id = strong_id<struct part_tag>;

enum class colour : unsigned char { red, dark_blue };
LIGHTDASH_DESCRIBE_ENUM(colour, red, dark_blue)

struct thing {
    thing_id uuid;
    std::string name;
    std::optional<colour> paint;
    json::omittable<std::vector<std::int32_t>> sizes;
};
LIGHTDASH_DESCRIBE(thing, uuid, name, paint, sizes)

struct new_thing {
    std::string name;
    std::optional<colour> paint;
    json::patch<std::string> note;
    json::list<thing_id, 3> like;
};
LIGHTDASH_DESCRIBE(new_thing, name, paint, note, like)

struct thing_query {
    page_request page;
    search search_query;
    std::optional<thing_id> thing_uuid;
    std::optional<bool> archived;
    ignored include_groups;
};
LIGHTDASH_DESCRIBE(thing_query, page, search_query, thing_uuid, archived, include_groups)

struct slug {
    static constexpr std::string_view path_name = "slug";
    static slug of(std::string_view text) { return {text}; }
    std::string_view text;
};

const std::string some_uuid = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const std::string other_uuid = "0192d3a8-7b1c-4f00-8000-0123456789ab";

std::string greet(const person& who)
{
    return "Hello " + who.name;
}
std::string name_both(thing_id one, part_id other)
{
    return one.to_string() + "+" + other.to_string();
}
std::string name_slug(slug named)
{
    return std::string{named.text};
}
std::string make(const new_thing& draft, const query<thing_query>& asked)
{
    return draft.name + asked.search_query.pattern + std::to_string(asked.page.size);
}
void do_nothing() {}
created<thing> create()
{
    return {{{}, "made", std::nullopt, {}}, "/things/1"};
}
tagged<created<thing>> create_version()
{
    return {create(), *uuid::parse(some_uuid)};
}
tagged<thing> read_version(thing_id asked)
{
    return {{asked, "read", std::nullopt, {}}, *uuid::parse(some_uuid)};
}
void save(thing_id, const if_match&) {}
list<int> numbers(const query<thing_query>& asked)
{
    return {{1, 2}, 7, asked.page};
}
// These are described and never called.
task<thing> read_thing(const person&, pg::session&, thing_id)
{
    co_return thing{};
}
task<page<thing>> search_things(pg::session&, const query<thing_query>&)
{
    co_return page<thing>{};
}
task<thing> read_whole(pg::snapshot&, thing_id)
{
    co_return thing{};
}
task<created<thing>> write_thing(const person&, pg::transaction&, const new_thing&)
{
    co_return created<thing>{};
}

task<std::int64_t> shine(const lamp& with)
{
    co_return with.light;
}
with_headers<std::string> set_cookie()
{
    return {"cookie", {{"Set-Cookie", "a=b"}}};
}
with_headers<void> clear_cookie()
{
    return {{{"Set-Cookie", "a=; Max-Age=0"}}};
}

struct admitting final : gate {
    bool admit_known(http::request&, std::uint16_t) override { return true; }
    task<void> admit_unknown(http::request&, std::uint16_t) override { co_return; }
    std::string name_of(std::uint16_t right) const override { return "do:" + std::to_string(right); }
};

// A table whose handlers never come to the database, which therefore need not answer.
struct fixture {
    asio::io_context context;
    timer_wheel clocks{context};
    offload_pool blocking{context, 1, 1};
    pg::database db{context, clocks, blocking, {}, {}};
    admitting gate;
    routes all{db, gate, [] {}};

    http::response ask(http::method verb, std::string_view path, std::string_view query = {},
                       std::string_view body = {}, std::string_view if_none_match = "\"none\"")
    {
        http::router router;
        all.serve(router);
        http::request rq;
        http::request_builder fill{rq};
        std::vector<std::pair<std::string_view, std::string_view>> headers{{"Content-Type", "application/json"},
                                                                           {"If-None-Match", if_none_match}};
        fill.line(verb, path, path, query);
        fill.swap_headers(headers);
        fill.body(body);
        rq.set_identity(std::make_shared<const person>("Ada"));
        const auto match = router.find(rq);
        return match.found->handle_now(rq);
    }
};

std::optional<error_kind> refusal_of(const std::function<void()>& work)
{
    try {
        work();
    } catch (const error& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

constexpr need right{.right = 7};

TEST(Routes, GiveAHandlerItsCallerItsIdsItsQueryAndItsBody)
{
    fixture f;
    f.all.get("/hello", right, greet, "Greets");
    f.all.get("/things/{thing}/parts/{part}", right, name_both, "Names both");
    f.all.get("/slugs/{slug}", open, name_slug, "Names a slug");
    f.all.post("/things", right, make, "Makes one");
    EXPECT_EQ(f.ask(http::method::get, "/hello").body, R"({"status":"ok","results":"Hello Ada"})");
    EXPECT_EQ(f.ask(http::method::get, "/things/" + some_uuid + "/parts/" + other_uuid).body,
              R"({"status":"ok","results":")" + some_uuid + "+" + other_uuid + "\"}");
    EXPECT_EQ(f.ask(http::method::get, "/slugs/a-b").body, R"({"status":"ok","results":"a-b"})");
    EXPECT_EQ(f.ask(http::method::post, "/things", "page=1&searchQuery=x", R"({"name":"n","like":[]})").body,
              R"({"status":"ok","results":"n%x%100"})");
}

TEST(Routes, RefuseWhatDoesNotFit)
{
    fixture f;
    f.all.get("/things/{thing}/parts/{part}", right, name_both, "Names both");
    f.all.post("/things", right, make, "Makes one");
    EXPECT_EQ(refusal_of([&] { f.ask(http::method::get, "/things/x/parts/" + some_uuid); }),
              error_kind::invalid_parameter);
    EXPECT_EQ(refusal_of([&] { f.ask(http::method::post, "/things", "pagesize=1", R"({"name":"n","like":[]})"); }),
              error_kind::invalid_body);
    EXPECT_EQ(refusal_of([&] { f.ask(http::method::post, "/things", "thingUuid=x", R"({"name":"n","like":[]})"); }),
              error_kind::invalid_parameter);
    EXPECT_EQ(refusal_of([&] { f.ask(http::method::post, "/things", "", R"({"like":[]})"); }),
              error_kind::invalid_body);
    EXPECT_EQ(refusal_of([&] { f.ask(http::method::post, "/things", "", "{"); }), error_kind::malformed_body);
}

TEST(Routes, AnswerWhatAHandlerReturns)
{
    fixture f;
    f.all.get("/nothing", open, do_nothing, "Does nothing");
    f.all.post("/made", open, create, "Makes one");
    f.all.get("/numbers", open, numbers, "Numbers");
    EXPECT_EQ(f.ask(http::method::get, "/nothing").body, R"({"status":"ok"})");
    const auto made = f.ask(http::method::post, "/made");
    EXPECT_EQ(made.status, 201U);
    ASSERT_EQ(made.headers.size(), 1U);
    EXPECT_EQ(made.headers[0].first, "Location");
    EXPECT_EQ(made.headers[0].second, "/things/1");
    f.all.post("/cookie", open, set_cookie, "Sets one");
    f.all.remove("/cookie", open, clear_cookie, "Clears it");
    const auto cookie = f.ask(http::method::post, "/cookie");
    EXPECT_EQ(cookie.body, R"({"status":"ok","results":"cookie"})");
    ASSERT_EQ(cookie.headers.size(), 1U);
    EXPECT_EQ(cookie.headers[0].second, "a=b");
    EXPECT_EQ(f.ask(http::method::delete_, "/cookie").headers.at(0).second, "a=; Max-Age=0");
    EXPECT_EQ(f.ask(http::method::delete_, "/cookie").body, R"({"status":"ok"})");
    EXPECT_THAT(f.ask(http::method::get, "/numbers").body, HasSubstr("[1,2]"));
    EXPECT_THAT(f.ask(http::method::get, "/numbers", "page=1").body, HasSubstr(R"("totalResults":7)"));
}

TEST(Routes, TagWhatHasAVersionAndAnswerThatTheClientHasItAlready)
{
    fixture f;
    f.all.post("/things", open, create_version, "Makes one");
    f.all.get("/things/{thing}", open, read_version, "Tells one");
    const auto made = f.ask(http::method::post, "/things");
    EXPECT_EQ(made.status, 201U);
    ASSERT_EQ(made.headers.size(), 2U);
    EXPECT_EQ(made.headers[1].first, "ETag");
    const auto told = f.ask(http::method::get, "/things/" + other_uuid);
    EXPECT_EQ(told.status, 200U);
    EXPECT_THAT(told.body, HasSubstr(R"("name":"read")"));
    ASSERT_EQ(told.headers.at(0).first, "ETag");
    const auto known = f.ask(http::method::get, "/things/" + other_uuid, {}, {}, told.headers[0].second);
    EXPECT_EQ(known.status, 304U);
    EXPECT_EQ(known.body, "");
    EXPECT_EQ(known.headers.at(0), told.headers[0]);
}

TEST(Routes, KnowHowTheirHandlersUseTheDatabase)
{
    fixture f;
    f.all.get("/nothing", open, do_nothing, "Does nothing");
    f.all.get("/things/{thing}", right, read_thing, "A thing");
    f.all.get("/things", right, search_things, "Things").slow();
    f.all.get("/whole/{thing}", right, read_whole, "A thing and all");
    f.all.post("/things", right, write_thing, "Make one").serializable();
    std::vector<access> uses;
    for (const auto& row : f.all.table())
        uses.push_back(row.use);
    EXPECT_THAT(uses, ElementsAre(access::none, access::reads, access::reads, access::snapshot, access::writes));
    http::router router;
    f.all.serve(router);
    std::vector<bool> queues, bodies, guarded;
    for (const auto& served : router.routes()) {
        queues.push_back(served->queues);
        bodies.push_back(served->takes_json);
        guarded.push_back(static_cast<bool>(served->admit_known));
    }
    EXPECT_THAT(queues, ElementsAre(false, false, true, true, true)) << "lanes are shared, all else waits for its own";
    EXPECT_THAT(bodies, ElementsAre(false, false, false, false, true));
    EXPECT_THAT(guarded, ElementsAre(false, true, true, true, true));
}

std::string refusal_to_serve(fixture& f)
{
    try {
        http::router router;
        f.all.serve(router);
    } catch (const error& failure) {
        return failure.message();
    }
    return {};
}

TEST(Routes, AreRefusedAtTheStartWhenTwoHaveOnePattern)
{
    fixture f;
    f.all.get("/things/{thing}", right, read_thing, "A thing");
    f.all.get("/things/{slug}", open, name_slug, "A slug");
    EXPECT_THAT(refusal_to_serve(f), HasSubstr("Route GET /things/{slug} is already taken by /things/{thing}"));
}

TEST(Routes, AreRefusedAtTheStartWhenTheyCannotBeAsDeclared)
{
    fixture slow_write;
    slow_write.all.post("/things", right, write_thing, "Make one").slow();
    EXPECT_THAT(refusal_to_serve(slow_write), HasSubstr("slow() is for handlers that take pg::session&"));
    fixture serial_read;
    serial_read.all.get("/things/{thing}", right, read_thing, "A thing").serializable();
    EXPECT_THAT(refusal_to_serve(serial_read), HasSubstr("serializable() is for handlers that take pg::transaction&"));
    fixture dark;
    dark.all.get("/light", open, shine, "Shines");
    EXPECT_THAT(refusal_to_serve(dark), HasSubstr("the program did not give"));
    const lamp given;
    dark.all.give(given);
    EXPECT_EQ(refusal_to_serve(dark), "");
    fixture silent;
    silent.all.get("/nothing", open, do_nothing, "");
    EXPECT_THAT(refusal_to_serve(silent), HasSubstr("its summary is empty"));
}

std::string schema_of(schema_writer write, direction way, std::string_view component)
{
    schemas known;
    std::string reference;
    write(reference, known, way);
    return known.components().at(std::string{component});
}

TEST(Schema, SaysWhatMayBeAbsentOrNullInAnAnswer)
{
    EXPECT_EQ(schema_of(&write_schema<thing>, direction::told, "Thing"),
              R"({"type":"object","properties":{"uuid":{"type":"string","format":"uuid"},"name":{"type":"string"},)"
              R"("paint":{"anyOf":[{"type":"string","enum":["red","dark_blue"]},{"type":"null"}]},)"
              R"("sizes":{"type":"array","items":{"type":"integer","minimum":-2147483648,"maximum":2147483647}}},)"
              R"("required":["uuid","name","paint"]})");
}

TEST(Schema, SaysWhatABodyMustHaveAndThatItHasNothingElse)
{
    EXPECT_EQ(schema_of(&write_schema<new_thing>, direction::taken, "NewThing"),
              R"({"type":"object","properties":{"name":{"type":"string"},)"
              R"("paint":{"anyOf":[{"type":"string","enum":["red","dark_blue"]},{"type":"null"}]},)"
              R"("note":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
              R"("like":{"type":"array","items":{"type":"string","format":"uuid"},"maxItems":3}},)"
              R"("required":["name","like"],"additionalProperties":false})");
}

enum class shape_kind : unsigned char { circle, square };
LIGHTDASH_DESCRIBE_ENUM(shape_kind, circle, square)
struct circle {
    std::string radius;
};
LIGHTDASH_DESCRIBE(circle, radius)
struct square {
    std::string side;
};
LIGHTDASH_DESCRIBE(square, side)
struct shape_content : std::variant<circle, square> {
    using tag_type = shape_kind;
    static constexpr std::string_view discriminator = "kind";
};
struct shape {
    shape_kind kind;
    std::optional<std::string> name;
    shape_content content;
};
LIGHTDASH_DESCRIBE(shape, kind, name, content)

TEST(Schema, TellsTheFormsOfAStructApartByTheMemberThatSaysWhich)
{
    EXPECT_EQ(schema_of(&write_schema<shape>, direction::taken, "Shape"),
              R"({"oneOf":[{"$ref":"#/components/schemas/ShapeCircle"},{"$ref":"#/components/schemas/ShapeSquare"}],)"
              R"("discriminator":{"propertyName":"kind","mapping":{"circle":"#/components/schemas/ShapeCircle",)"
              R"("square":"#/components/schemas/ShapeSquare"}}})");
    EXPECT_EQ(schema_of(&write_schema<shape>, direction::taken, "ShapeSquare"),
              R"({"type":"object","properties":{"kind":{"type":"string","const":"square"},)"
              R"("name":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
              R"("content":{"$ref":"#/components/schemas/Square"}},"required":["kind","content"],)"
              R"("additionalProperties":false})");
}

TEST(OpenApi, DescribesEveryRouteWithItsParametersRightAndAnswers)
{
    fixture f;
    f.all.begin("Things");
    f.all.get("/api/v1/things/{thing}", right, read_thing, "A thing");
    f.all.get("/api/v1/things", open, search_things, "Things");
    f.all.post("/api/v1/things", right, write_thing, "Make one");
    const auto text = openapi_document(f.all, "1.2.3");
    const auto parsed = json::value::parse(text); // or throws
    for (const auto* part :
         {R"("openapi":"3.1.0")", R"("version":"1.2.3")", R"("operationId":"getThing")", R"("operationId":"getThings")",
          R"("operationId":"createThings")", R"("Needs the right do:7.")", R"("tags":["Things"])",
          R"({"name":"thing","in":"path","required":true,"schema":{"type":"string","format":"uuid"}})",
          R"({"name":"pageSize","in":"query","required":false,"schema":{"type":"integer","minimum":1,"maximum":1000}})",
          R"({"name":"includeGroups","in":"query","required":false,"schema":{"type":"string"}})",
          R"("201":{"description":"Created")", R"("409":{"$ref":"#/components/responses/Conflict"})"})
        EXPECT_THAT(text, HasSubstr(part));
    const auto read =
        text.substr(text.find("\"operationId\":\"getThing\""),
                    text.find("\"operationId\":\"getThings\"") - text.find("\"operationId\":\"getThing\""));
    EXPECT_THAT(read, Not(HasSubstr("Conflict"))) << "a read does not clash";
    EXPECT_THAT(read, HasSubstr("NotFound"));
}

TEST(OpenApi, DescribesTheHeadersThatAreAskedForAndTold)
{
    fixture f;
    f.all.get("/api/v1/things/{thing}", open, read_version, "A thing");
    f.all.post("/api/v1/things", open, create_version, "Make one");
    f.all.patch("/api/v1/things/{thing}", open, save, "Change one");
    const auto text = openapi_document(f.all, "1.2.3");
    const auto parsed = json::value::parse(text); // or throws
    const auto part_of = [&](std::string_view from, std::string_view to) {
        return text.substr(text.find(from), text.find(to) - text.find(from));
    };
    const auto read = part_of("\"operationId\":\"getThing\"", "\"operationId\":\"updateThing\"");
    EXPECT_THAT(read, HasSubstr(R"({"name":"If-None-Match","in":"header","description":)"));
    EXPECT_THAT(read, HasSubstr(R"("200":{"description":"Done","headers":{"ETag":{)"));
    EXPECT_THAT(read, HasSubstr(R"("304":{"description":)"));
    const auto saved = part_of("\"operationId\":\"updateThing\"", "\"operationId\":\"createThings\"");
    EXPECT_THAT(saved, HasSubstr(R"({"name":"If-Match","in":"header","description":)"));
    EXPECT_THAT(saved, Not(HasSubstr("304")));
    const auto made = text.substr(text.find("\"operationId\":\"createThings\""));
    EXPECT_THAT(made, HasSubstr(R"("headers":{"Location":{)"));
    EXPECT_THAT(made, HasSubstr(R"(,"ETag":{)"));
}

TEST(OpenApi, RefusesTwoOperationsOfOneName)
{
    fixture f;
    f.all.get("/api/v1/things", open, search_things, "Things");
    f.all.get("/things", open, search_things, "Things");
    EXPECT_EQ(refusal_of([&] { (void)openapi_document(f.all, "1"); }), error_kind::internal);
}

} // namespace
} // namespace lightdash::api
