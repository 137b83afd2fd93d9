#include "app/server/docs/docs_files.hpp"

#include <array>

// The assembler reads the files: as numbers in a source, two megabytes take the compiler a minute.
#ifdef LIGHTDASH_DOCS_FILES
#define LIGHTDASH_EMBED(symbol, file)                                                                                  \
    __asm__(".pushsection .rodata\n"                                                                                   \
            ".globl lightdash_docs_" #symbol "\n"                                                                      \
            ".hidden lightdash_docs_" #symbol "\n"                                                                     \
            "lightdash_docs_" #symbol ":\n"                                                                            \
            ".incbin \"" LIGHTDASH_DOCS_FILES "/" file "\"\n"                                                          \
            ".globl lightdash_docs_end_" #symbol "\n"                                                                  \
            ".hidden lightdash_docs_end_" #symbol "\n"                                                                 \
            "lightdash_docs_end_" #symbol ":\n"                                                                        \
            ".byte 0\n"                                                                                                \
            ".popsection\n");                                                                                          \
    extern "C" const char lightdash_docs_##symbol[], lightdash_docs_end_##symbol[]

LIGHTDASH_EMBED(script, "swagger-ui-bundle.js");
LIGHTDASH_EMBED(script_licence, "swagger-ui-bundle.js.LICENSE.txt");
LIGHTDASH_EMBED(style, "swagger-ui.css");
LIGHTDASH_EMBED(icon, "favicon-32x32.png");
LIGHTDASH_EMBED(licence, "LICENSE");
LIGHTDASH_EMBED(notice, "NOTICE");
#endif

namespace lightdash::app {

std::span<const docs_file> docs_files() noexcept
{
#ifdef LIGHTDASH_DOCS_FILES
#define LIGHTDASH_CONTENT(symbol)                                                                                      \
    {lightdash_docs_##symbol, static_cast<std::size_t>(lightdash_docs_end_##symbol - lightdash_docs_##symbol)}
    static constexpr std::string_view text = "text/plain; charset=utf-8";
    static const std::array files{
        docs_file{"swagger-ui-bundle.js", "text/javascript; charset=utf-8", LIGHTDASH_CONTENT(script)},
        docs_file{"swagger-ui-bundle.js.LICENSE.txt", text, LIGHTDASH_CONTENT(script_licence)}, // named in the script
        docs_file{"swagger-ui.css", "text/css; charset=utf-8", LIGHTDASH_CONTENT(style)},
        docs_file{"favicon.png", "image/png", LIGHTDASH_CONTENT(icon)},
        docs_file{"LICENSE", text, LIGHTDASH_CONTENT(licence)},
        docs_file{"NOTICE", text, LIGHTDASH_CONTENT(notice)},
    };
    return files;
#else
    return {};
#endif
}

} // namespace lightdash::app
