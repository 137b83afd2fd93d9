// Deadlines, UUIDs, strong ids, secrets and descriptions.
#include "lightdash/core/deadline.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/core/secret.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/core/uuid.hpp"

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <ostream>
#include <unordered_set>

namespace lightdash {
namespace {

using namespace std::chrono_literals;

const deadline::clock::time_point start{1000s};

TEST(Deadline, PassesAtItsMomentAndNotBefore)
{
    const deadline d = deadline::at(start + 10ms);
    EXPECT_FALSE(d.expired(start + 9ms));
    EXPECT_TRUE(d.expired(start + 10ms));
    EXPECT_EQ(d.remaining(start), 10ms);
    EXPECT_EQ(d.remaining(start + 20ms), 0ms);
}

TEST(Deadline, NeverPassesWhenItIsNever)
{
    const deadline d = deadline::never();
    EXPECT_TRUE(d.is_never());
    EXPECT_FALSE(d.expired(start + 100'000h));
    EXPECT_EQ(d.remaining(start), deadline::clock::duration::max());
}

TEST(Deadline, IsShortenedButNeverExtended)
{
    const deadline soon = deadline::after(1s);
    EXPECT_EQ(soon.shortened_to(1h), soon);
    EXPECT_LT(soon.shortened_to(1ms), soon);
    EXPECT_FALSE(deadline::never().shortened_to(1s).is_never());
}

TEST(Uuid, ReadsAndWritesItsTextForm)
{
    const auto id = uuid::parse("F81D4FAE-7dec-11d0-a765-00a0c91e6bf6");
    ASSERT_TRUE(id);
    EXPECT_EQ(id->to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"); // RFC 9562's own example
    EXPECT_EQ(id->bytes()[0], 0xF8);
    EXPECT_EQ(id->bytes()[15], 0xF6);
}

TEST(Uuid, RefusesEveryOtherForm)
{
    for (const char* text : {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
                             "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ",
                             "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "f81d4fae-7dec-11d0-a76500-a0c91e6bf6",
                             "f81d4fae+7dec-11d0-a765-00a0c91e6bf6", "-81d4faef7dec-11d0-a765-00a0c91e6bf6"})
        EXPECT_EQ(uuid::parse(text), std::nullopt) << text;
}

TEST(Uuid, IsRandomOfVersionFour)
{
    std::unordered_set<uuid> made;
    for (int i = 0; i < 1000; ++i) {
        const uuid id = uuid::random();
        EXPECT_EQ(id.bytes()[6] & 0xF0, 0x40);
        EXPECT_EQ(id.bytes()[8] & 0xC0, 0x80);
        EXPECT_EQ(uuid::parse(id.to_string()), id);
        made.insert(id);
    }
    EXPECT_EQ(made.size(), 1000U);
    EXPECT_TRUE(uuid{}.is_nil());
    EXPECT_FALSE(uuid::random().is_nil());
}

TEST(Uuid, ACopyOfTheProcessMakesOthers)
{
    (void)uuid::random(); // so that random bytes are at hand
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto made = uuid::random().bytes();
        ::_exit(::write(pipe[1], made.data(), made.size()) == 16 ? 0 : 1);
    }
    auto theirs = uuid{}.bytes();
    EXPECT_EQ(::read(pipe[0], theirs.data(), theirs.size()), 16);
    EXPECT_EQ(::waitpid(child, nullptr, 0), child);
    for (int i = 0; i < 40; ++i)
        EXPECT_NE(uuid::random().bytes(), theirs);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

using project_id = strong_id<struct project_tag>;
using dashboard_id = strong_id<struct dashboard_tag>;
static_assert(!std::is_convertible_v<project_id, dashboard_id>);
static_assert(!std::is_constructible_v<project_id, dashboard_id>);
static_assert(!std::is_convertible_v<uuid, project_id>);
template <class A, class B>
concept comparable = requires(A a, B b) { a == b; };
static_assert(comparable<project_id, project_id> && !comparable<project_id, dashboard_id>);

TEST(Ids, AreReadComparedAndHashedAsTheirUuid)
{
    const auto id = project_id::parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    ASSERT_TRUE(id);
    EXPECT_EQ(id->to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    EXPECT_EQ(std::hash<project_id>{}(*id), std::hash<uuid>{}(id->value));
    EXPECT_NE(*id, project_id{});
    EXPECT_EQ(project_id::parse("no"), std::nullopt);
}

template <class T>
concept printable = requires(std::ostream& out, T value) { out << value; };
static_assert(!printable<secret>);
static_assert(!std::is_convertible_v<secret, std::string> && !std::is_convertible_v<secret, std::string_view>);

TEST(Secret, IsComparedAndRevealedOnlyByName)
{
    const secret s{"hunter2"};
    EXPECT_EQ(s.reveal(), "hunter2");
    EXPECT_TRUE(s.equals("hunter2"));
    EXPECT_FALSE(s.equals("hunter3"));
    EXPECT_FALSE(s.equals("hunter"));
    EXPECT_FALSE(s.empty());
    EXPECT_TRUE(secret{}.empty());
    EXPECT_TRUE(secret{}.equals(""));
}

struct sample {
    int first_name = 1;
    bool is_set = false;
};
LIGHTDASH_DESCRIBE(sample, first_name, is_set)

TEST(Describe, ListsMembersInOrderAndGivesThem)
{
    static_assert(member_count<sample> == 2);
    EXPECT_THAT(member_names<sample>(), testing::ElementsAre("first_name", "is_set"));
    sample s;
    for_each_member(s, [](std::string_view name, auto& member) {
        if (name == "first_name")
            member = 5;
    });
    EXPECT_EQ(s.first_name, 5);
}

} // namespace
} // namespace lightdash
