// Mails from the outbox to a real mail server: each once, whoever sends them; again after failures.
#include "lightdash/async/pause.hpp"
#include "lightdash/async/task_scope.hpp"
#include "modules/mail/dispatcher.hpp"
#include "support/smtp_server.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <set>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Mail : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server.emplace(); }
    static void TearDownTestSuite() { server.reset(); }

    mail::smtp_options options() const
    {
        return {.host = "127.0.0.1",
                .port = server->port(),
                .user = {},
                .password = {},
                .sender_email = "lightdash@example.com",
                .sender_name = "Lightdash",
                .secure = false};
    }
    void add(const std::string& recipient, const std::string& subject, const std::string& text)
    {
        database.execute("insert into outbox (recipient, subject, text) values (" + testing::sql_literal(recipient) +
                         ", " + testing::sql_literal(subject) + ", " + testing::sql_literal(text) + ")");
    }
    std::string state(const std::string& columns) { return database.value("select " + columns + " from outbox"); }

    // Runs so many dispatchers until the condition holds.
    void dispatch(std::optional<mail::smtp_options> to, const std::function<bool()>& until, int how_many = 1)
    {
        std::vector<std::unique_ptr<mail::dispatcher>> all;
        task_scope scope{pool.context, {}};
        for (int i = 0; i < how_many; ++i) {
            all.push_back(std::make_unique<mail::dispatcher>(pool.database, pool.blocking, pool.clocks, to, false));
            scope.spawn("mail", all.back()->run());
        }
        bool met = false;
        pool.run(wait(until, met));
        EXPECT_TRUE(met);
        scope.cancel();
        pool.run(ended(scope));
    }

    testing::test_database database = testing::test_database::migrated();
    testing::test_pool pool{database.connection()};
    static inline std::optional<testing::smtp_server> server;

private:
    task<void> wait(const std::function<bool()>& until, bool& met)
    {
        for (const auto end = deadline::after(30s); !(met = until()) && !end.expired();)
            co_await pause(pool.clocks, 20ms);
    }
    task<void> ended(task_scope& scope) { co_await scope.join(pool.clocks, deadline::after(20s)); }
};

std::vector<std::string> mails_to(const testing::smtp_server& server, const std::string& recipient)
{
    std::vector<std::string> found;
    for (auto& mail : server.mails())
        if (mail.starts_with(recipient + '\n'))
            found.push_back(std::move(mail));
    return found;
}

TEST_F(Mail, IsSentWithItsTextAsItWasWritten)
{
    add("ada@example.com", "Grüße\r\nBcc: all@example.com", "Choose:\nhttps://example.com/reset/abc\n.\nÄ. The end.");
    dispatch(options(), [&] { return state("done_at is not null") == "t"; });
    const auto mails = mails_to(*server, "ada@example.com");
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_THAT(mails[0], HasSubstr("From: \"Lightdash\" <lightdash@example.com>\r\n"));
    EXPECT_THAT(mails[0], HasSubstr("To: ada@example.com\r\n"));
    EXPECT_THAT(mails[0], HasSubstr("Subject: =?UTF-8?B?"));
    EXPECT_THAT(mails[0], ::testing::Not(HasSubstr("\nBcc:")));
    EXPECT_THAT(mails[0], HasSubstr("Message-ID: <" + state("id") + "@example.com>\r\n"));
    EXPECT_THAT(mails[0], HasSubstr("https://example.com/reset/abc\r\n"));
    EXPECT_THAT(mails[0], HasSubstr("=C3=84. The end."));
}

TEST_F(Mail, LosesItsTextWhenItIsSentAndIsSweptAWeekLater)
{
    add("grace@example.com", "A link", "https://example.com/secret");
    dispatch(options(), [&] { return state("done_at is not null") == "t"; });
    EXPECT_EQ(state("text is null and last_error is null and attempts = 1"), "t");
    database.execute("update outbox set done_at = now() - interval '8 days'");
    dispatch(options(), [&] { return state("count(*)") == "0"; });
}

TEST_F(Mail, IsSentOnceHoweverManyDispatchersThereAre)
{
    database.execute("insert into outbox (recipient, subject, text) "
                     "select 'many@example.com', 'Number ' || n, 'text' from generate_series(1, 30) n");
    dispatch(options(), [&] { return state("count(*) filter (where done_at is null)") == "0"; }, 3);
    const auto mails = mails_to(*server, "many@example.com");
    EXPECT_THAT(mails, SizeIs(30));
    EXPECT_THAT((std::set<std::string>{mails.begin(), mails.end()}), SizeIs(30));
}

TEST_F(Mail, WaitsLongerAfterEachFailure)
{
    add("later@example.com", "Later", "text");
    dispatch(options(), [&] { return state("last_error is not null") == "t"; });
    EXPECT_EQ(state("done_at is null and text is not null and attempts = 1 and "
                    "next_attempt_at between now() + interval '15 seconds' and now() + interval '30 seconds'"),
              "t");
    EXPECT_THAT(state("last_error"), HasSubstr("451"));
    database.execute("update outbox set next_attempt_at = now(), attempts = 3, last_error = null");
    dispatch(options(), [&] { return state("last_error is not null") == "t"; });
    EXPECT_EQ(state("next_attempt_at between now() + interval '3 minutes' and now() + interval '4 minutes'"), "t");
}

TEST_F(Mail, IsGivenUpWhenTheServerRefusesItForGood)
{
    add("refused@example.com", "Never", "text");
    dispatch(options(), [&] { return state("done_at is not null") == "t"; });
    EXPECT_EQ(state("text is null and attempts = 1"), "t");
    EXPECT_THAT(state("last_error"), HasSubstr("550"));
}

TEST_F(Mail, IsNotSentInClearWhenItMustBeSecure)
{
    add("secure@example.com", "Secure", "text");
    auto secure = options();
    secure.secure = true;
    dispatch(secure, [&] { return state("last_error is not null") == "t"; });
    EXPECT_EQ(state("done_at is null"), "t");
    EXPECT_THAT(mails_to(*server, "secure@example.com"), IsEmpty());
}

TEST_F(Mail, WithoutAServerIsDropped)
{
    add("nobody@example.com", "Dropped", "https://example.com/secret");
    dispatch(std::nullopt, [&] { return state("done_at is not null") == "t"; });
    EXPECT_EQ(state("text is null"), "t");
    EXPECT_THAT(state("last_error"), StartsWith("EMAIL_SMTP_HOST"));
}

} // namespace
} // namespace lightdash
