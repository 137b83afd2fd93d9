#include "http/request/request_builder.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/http/router.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

void add(router& to, method verb, std::string pattern)
{
    route r;
    r.verb = verb;
    r.pattern = std::move(pattern);
    r.handle_now = [](request&) { return response{}; };
    to.add(std::move(r));
}

struct routed {
    request rq;
    router::match match;
    std::string_view pattern() const { return match.found ? match.found->pattern : std::string_view{}; }
};

std::unique_ptr<routed> find(const router& in, method verb, std::string_view path)
{
    auto made = std::make_unique<routed>();
    request_builder{made->rq}.line(verb, path, path, {});
    made->match = in.find(made->rq);
    return made;
}

router example()
{
    router made;
    add(made, method::get, "/api/v1/projects");
    add(made, method::post, "/api/v1/projects");
    add(made, method::get, "/api/v1/projects/{project}");
    add(made, method::delete_, "/api/v1/projects/{project}");
    add(made, method::get, "/api/v1/projects/{project}/charts/{chart}");
    add(made, method::post, "/api/v1/projects/search");
    add(made, method::get, "/");
    return made;
}

TEST(Router, FindsTheRouteOfMethodAndPath)
{
    const auto r = example();
    EXPECT_EQ(find(r, method::post, "/api/v1/projects")->pattern(), "/api/v1/projects");
    EXPECT_EQ(find(r, method::post, "/api/v1/projects")->match.found->verb, method::post);
    EXPECT_EQ(find(r, method::get, "/")->pattern(), "/");
}

TEST(Router, GivesParametersTheirNames)
{
    const auto r = example();
    const auto got = find(r, method::get, "/api/v1/projects/p1/charts/c%201");
    EXPECT_EQ(got->pattern(), "/api/v1/projects/{project}/charts/{chart}");
    EXPECT_EQ(got->rq.path<std::string>("project"), "p1");
    EXPECT_EQ(got->rq.path<std::string>("chart"), "c 1");
    EXPECT_EQ(got->rq.account().route, "/api/v1/projects/{project}/charts/{chart}");
}

TEST(Router, DecodesParametersOnce)
{
    const auto r = example();
    EXPECT_EQ(find(r, method::get, "/api/v1/projects/%2541")->rq.path<std::string>("project"), "%41");
}

TEST(Router, RefusesParametersThatAreNotUtf8)
{
    const auto r = example();
    EXPECT_THROW(find(r, method::get, "/api/v1/projects/%ff"), error);
}

TEST(Router, PrefersSegmentsInClearButFallsBackToParameters)
{
    const auto r = example();
    EXPECT_EQ(find(r, method::post, "/api/v1/projects/search")->pattern(), "/api/v1/projects/search");
    EXPECT_EQ(find(r, method::get, "/api/v1/projects/search")->pattern(), "/api/v1/projects/{project}");
}

TEST(Router, ServesHeadByGet)
{
    const auto r = example();
    EXPECT_EQ(find(r, method::head, "/api/v1/projects")->pattern(), "/api/v1/projects");
}

TEST(Router, NamesThePossibleMethodsWhenTheMethodIsWrong)
{
    const auto r = example();
    const auto got = find(r, method::patch, "/api/v1/projects/p1");
    EXPECT_EQ(got->match.found, nullptr);
    EXPECT_EQ(got->match.allow, "GET, HEAD, DELETE, OPTIONS");
}

TEST(Router, FindsNothingForUnknownOrEmptySegments)
{
    const auto r = example();
    for (const auto* path :
         {"/api/v1/project", "/api/v1/projects//charts/c", "//", "/api/v1", "/api/v1/projects/p1/charts"}) {
        const auto got = find(r, method::get, path);
        EXPECT_EQ(got->match.found, nullptr) << path;
        EXPECT_EQ(got->match.allow, "") << path;
    }
}

TEST(Router, IgnoresOneTrailingSlash)
{
    const auto r = example();
    EXPECT_EQ(find(r, method::get, "/api/v1/projects/")->pattern(), "/api/v1/projects");
    EXPECT_EQ(find(r, method::get, "/api/v1/projects//")->pattern(), "");
}

TEST(Router, RefusesRoutesThatCannotBe)
{
    auto r = example();
    EXPECT_THROW(add(r, method::get, "/api/v1/projects/{other}"), error) << "taken";
    EXPECT_THROW(add(r, method::get, "no-slash"), error);
    EXPECT_THROW(add(r, method::get, "/a//b"), error);
    EXPECT_THROW(add(r, method::get, "/a/"), error);
    EXPECT_THROW(
        r.add(route{.verb = method::get, .pattern = "/none", .handle = {}, .handle_now = {}, .body_limit = {}}), error);
    EXPECT_EQ(r.routes().size(), 7U) << "a refused route leaves nothing behind";
}

} // namespace
} // namespace lightdash::http
