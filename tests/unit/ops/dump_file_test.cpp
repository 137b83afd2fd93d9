// Files that may be dumps: what their first bytes say, and what an archive's list says of loading it.
#include "ops/backup/dump_file.hpp"

#include "lightdash/core/error.hpp"
#include "ops/child/client_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace lightdash::ops {
namespace {

using namespace std::string_view_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(std::string_view beginning)
{
    try {
        format_of("a.dump", beginning);
    } catch (const error& refused) {
        EXPECT_EQ(refused.kind(), error_kind::usage);
        return refused.message();
    }
    return "taken";
}

TEST(DumpFile, ItsFormatIsTheOneOfItsFirstBytes)
{
    EXPECT_EQ(format_of("a", "PGDMP\x01\x0E"), dump_format::archive);
    EXPECT_EQ(format_of("a", "--\n-- PostgreSQL database dump\n"), dump_format::plain);
    std::string tar(512, '\0');
    tar.replace(257, 5, "ustar");
    tar.replace(0, 7, "toc.dat");
    EXPECT_EQ(format_of("a", tar), dump_format::archive);
    tar.replace(0, 7, "any.sql");
    EXPECT_THAT(refusal(tar), AllOf(HasSubstr("toc.dat"), HasSubstr("Nothing was changed")));
}

TEST(DumpFile, CompressedFilesAreRefusedWithTheProgramThatUnpacksThem)
{
    EXPECT_THAT(refusal("\x1F\x8B\x08"sv), HasSubstr("gunzip a.dump"));
    EXPECT_THAT(refusal("\xFD"
                        "7zXZ\0\0"sv),
                HasSubstr("unxz a.dump"));
    EXPECT_THAT(refusal("BZh91AY"), HasSubstr("bunzip2 a.dump"));
    EXPECT_THAT(refusal("\x28\xB5\x2F\xFD\x04"sv), HasSubstr("unzstd a.dump"));
    EXPECT_THAT(refusal("PK\x03\x04"sv), HasSubstr("unzip a.dump"));
    EXPECT_THAT(refusal("\xFF\xFE-\0-\0"sv), HasSubstr("UTF-16"));
    EXPECT_THAT(refusal("\x7F"
                        "ELF\0"sv),
                HasSubstr("NUL"));
    EXPECT_THAT(refusal(""), HasSubstr("is empty"));
}

TEST(DumpFile, TheListOfAnArchiveTellsObjectsLocksAndExtensions)
{
    const auto made = contents_of_list(";\n; Archive created at 2026-11-28 18:59:23 UTC\n;     TOC Entries: 13\n;\n"
                                       "2; 3079 16392 EXTENSION - hstore \n3; 3079 16393 EXTENSION - uuid-ossp \n"
                                       "3448; 0 0 COMMENT - EXTENSION hstore \n287; 1255 16520 FUNCTION public f() x\n"
                                       "215; 1259 16385 TABLE public t x\n3440; 2613 4711 BLOB - 4711 x\n"
                                       "3439; 0 16385 TABLE DATA public t x\n3441; 0 0 BLOBS - BLOBS \n"
                                       "3296; 2606 16391 CONSTRAINT public t t_pkey x\n"
                                       "3297; 2606 16392 FK CONSTRAINT public t t_fk x\n"
                                       "216; 1259 16386 MATERIALIZED VIEW public M x\n"
                                       "3299; 0 0 INDEX ATTACH public i x\n");
    EXPECT_EQ(made.objects, 12u);
    EXPECT_EQ(made.locks, 4u);
    EXPECT_THAT(made.extensions, ElementsAre("hstore", "uuid-ossp"));
    EXPECT_EQ(contents_of_list("; nothing\n;\n").objects, 0u);
}

TEST(ClientProgram, IsGivenTheHomeAndTheTlsSettingsOfThisProcess)
{
    const std::string before = std::getenv("HOME") ? std::getenv("HOME") : "";
    ::setenv("HOME", "/somewhere/else", 1);
    ::setenv("PGSSLROOTCERT", "/a/root.crt", 1);
    const auto called = client_command("/bin/sh", {}, {.conninfo = secret{"host=h dbname=d"}}, "x");
    auto child = called;
    child.argv = {"/bin/sh", "-c", "env"};
    const auto told = run(child, std::chrono::seconds{10});
    ::setenv("HOME", before.c_str(), 1);
    ::unsetenv("PGSSLROOTCERT");
    EXPECT_THAT(called.environment, Contains("HOME=/somewhere/else"));
    EXPECT_THAT(told.output, AllOf(HasSubstr("HOME=/somewhere/else\n"), HasSubstr("PGSSLROOTCERT=/a/root.crt\n")));
    EXPECT_EQ(told.output.find("HOME="), told.output.rfind("HOME="));
}

} // namespace
} // namespace lightdash::ops
