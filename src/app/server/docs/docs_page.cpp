#include "app/server/docs/docs_page.hpp"

#include "app/server/docs/docs_files.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

constexpr std::string_view page_path = "/api/docs";
constexpr std::string_view html = "text/html; charset=utf-8";
// Nothing from elsewhere, no text as code; images may stand in the style sheet.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view whole_page = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lightdash-backend: the API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript. The description itself is at <a href="/api/docs/openapi.json">/api/docs/openapi.json</a>.</noscript>
<div id="page"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
)";

// No validator: it would send the description to somebody else's server.
constexpr std::string_view start = R"(SwaggerUIBundle({
  url: '/api/docs/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
)";

constexpr std::string_view page_without_files = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>lightdash-backend: the API</title></head>
<body>
<h1>The page is missing in this build</h1>
<p>Swagger UI comes from npm when the program is built, and the build had no npm or npm no registry: install npm
(scripts/setup --docs), configure again, and build. The description itself is at
<a href="/api/docs/openapi.json">/api/docs/openapi.json</a>.</p>
</body>
</html>
)";

void serve(http::router& routes, std::string_view path, std::string_view media_type, std::string_view content,
           std::string_view caching)
{
    http::route made{.verb = http::method::get, .pattern = std::string{path}};
    made.produces = media_type.substr(0, media_type.find(';'));
    made.handle_now = [=](http::request&) {
        http::response answer{.body = std::string{content}, .content_type = media_type};
        answer.headers.emplace_back("Content-Security-Policy", policy);
        answer.headers.emplace_back("Cache-Control", caching);
        return answer;
    };
    routes.add(std::move(made));
}

// Programs that ask for / learn that nothing is there, as at every other address that is none.
http::response at_root(http::request& rq)
{
    if (rq.header("accept").find("text/html") == std::string_view::npos)
        throw error{error_kind::not_found, "There is nothing at this address."};
    http::response away{.status = 302, .content_type = html};
    away.headers.emplace_back("Location", page_path);
    return away;
}

} // namespace

void add_docs_page(http::router& routes)
{
    const auto files = docs_files();
    serve(routes, page_path, html, files.empty() ? page_without_files : whole_page, "no-cache");
    serve(routes, "/api/docs/start.js", "text/javascript; charset=utf-8", start, "no-cache");
    for (const auto& file : files)
        serve(routes, fmt::format("{}/{}", page_path, file.name), file.media_type, file.content,
              "public, max-age=86400");
    http::route root{.verb = http::method::get, .pattern = "/"};
    root.produces = {};
    root.handle_now = at_root;
    routes.add(std::move(root));
}

} // namespace lightdash::app
